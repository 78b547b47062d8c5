/** How large the built screens are. Fonts, WebAssembly and what was trained are told apart: they are not ours to make smaller. */
import { readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const given = new Set(['.woff', '.woff2', '.wasm', '.gz'])

export interface RendererBytes {
  code: number
  codeGzip: number
  /** fonts, WebAssembly, what was trained */
  given: number
}

export function rendererBytes(folder: string): RendererBytes {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => ({ kind: extname(entry.name), bytes: readFileSync(join(entry.parentPath, entry.name)) }))
  const sum = (list: readonly Uint8Array[]) => list.reduce((total, { byteLength }) => total + byteLength, 0)
  const code = files.filter(({ kind }) => !given.has(kind)).map(({ bytes }) => bytes)
  return {
    code: sum(code),
    codeGzip: sum(code.map((bytes) => gzipSync(bytes))),
    given: sum(files.filter(({ kind }) => given.has(kind)).map(({ bytes }) => bytes)),
  }
}
