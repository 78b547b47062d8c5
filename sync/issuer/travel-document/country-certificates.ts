/** The issuer's own trust list: a folder of country certificates (CSCA), one a file, DER or PEM. */
import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const kinds = new Set(['.der', '.cer', '.crt', '.pem'])
const mostFiles = 1_000

/** Read anew each time, so that a file that is put there counts at once. @returns DER; what is no certificate is left out */
export async function readCountryCertificates(folder: string): Promise<Uint8Array[]> {
  const names = await readdir(folder).catch(() => [])
  const found: Uint8Array[] = []
  for (const name of names.filter((one) => kinds.has(extname(one))).slice(0, mostFiles)) {
    try {
      found.push(new X509Certificate(await readFile(join(folder, name))).raw)
    } catch {
      // Somebody put another file there.
    }
  }
  return found
}
