/**
 * Looks for what must not lie in the clear below a folder: in every file as it is, and in what the LevelDB databases
 * hold, since their tables are compressed.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import leveldown from 'leveldown'

/** The longest stretch that is looked for: a copy may be cut anywhere. */
const stretch = 48
const shortest = 8

/** @returns the secret as itself and in the forms in which it might lie on a disk */
export function formsOf(secret: Buffer): Buffer[] {
  const text = secret.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(secret)
  const start = secret.subarray(0, stretch)
  // Base64 of an inner stretch, so that it is found whatever stands before it: three alignments.
  const base64 = [0, 1, 2].flatMap((skip) => {
    const inner = secret.subarray(skip, skip + stretch)
    const whole = inner.subarray(0, inner.length - (inner.length % 3)).toString('base64')
    return whole.length < shortest ? [] : [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hex = start.toString('hex')
  const texts = [...base64, hex, hex.toUpperCase()]
  if (isText)
    texts.push(
      encodeURIComponent(text),
      jsonEscaped(text),
      jsonEscaped(text).toUpperCase().replaceAll('\\U', '\\u'),
    )
  const utf16 = isText ? Buffer.from(text, 'utf16le') : undefined
  const all = [secret.subarray(0, isText ? secret.length : stretch), ...texts.map((one) => Buffer.from(one))]
  return utf16 ? [...all, utf16, Buffer.from(utf16).swap16()] : all
}

/** JSON with nothing but ASCII. */
function jsonEscaped(text: string): string {
  return [...Array(text.length).keys()]
    .map((at) => text.charCodeAt(at))
    .map((unit) => (unit < 0x80 ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, '0')}`))
    .join('')
}

/** @returns the files and databases below `folder` that hold one of `secrets` in any form; nothing may write to them meanwhile */
export async function findInTheClear(folder: string, secrets: readonly Buffer[]): Promise<string[]> {
  const forms = secrets.flatMap(formsOf)
  const holds = (bytes: Buffer) => forms.some((form) => bytes.includes(form))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const found = files.filter((file) => holds(readFileSync(file)) || holds(Buffer.from(file)))
  const databases = files.filter((file) => file.endsWith('/CURRENT')).map((file) => dirname(file))
  for (const database of databases) if ((await entriesOf(database)).some(holds)) found.push(database)
  return found
}

/** The part of an abstract-leveldown that is used here. */
interface Level {
  open(options: object, done: (error?: Error | null) => void): void
  close(done: (error?: Error | null) => void): void
  iterator(options: object): {
    next(done: (error?: Error | null, key?: Buffer, value?: Buffer) => void): void
  }
}

/** @returns keys and values of a copy of the database */
async function entriesOf(database: string): Promise<Buffer[]> {
  const copy = mkdtempSync(join(tmpdir(), 'kiosk-search-'))
  try {
    cpSync(database, copy, { recursive: true })
    const level = leveldown(copy) as Level
    const done = (work: (done: (error?: Error | null) => void) => void) =>
      new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())))
    await done((ready) => level.open({}, ready))
    const iterator = level.iterator({ keyAsBuffer: true, valueAsBuffer: true })
    const next = () =>
      new Promise<[Buffer, Buffer] | undefined>((resolve, reject) =>
        iterator.next((error, key, value) => {
          if (error) reject(error)
          else resolve(key && value && [key, value])
        }),
      )
    const entries: Buffer[] = []
    for (let entry = await next(); entry; entry = await next()) entries.push(...entry)
    await done((closed) => level.close(closed))
    return entries
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
