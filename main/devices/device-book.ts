/**
 * Which device serves whom and when each was used last, on the disk: nothing personal, and nothing that a kiosk cannot
 * start without.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { DeviceBook } from '../../hardware/device-book.ts'
import { zDeviceRole } from '../../hardware/z-device.ts'
import { serialWork } from '../serial-work.ts'
import { writeDurably } from '../vault/write-durably.ts'

const zBook = z.record(
  z.string().max(400),
  z.object({ role: zDeviceRole.optional(), lastUse: z.iso.datetime().optional() }),
)
type Book = z.infer<typeof zBook>

/** A drawer full of readers that were tried once must not fill it; the ones used longest ago go first. */
const mostDevices = 200

/** @param path of the file; one that makes no sense is begun anew, and `onTrouble` is called */
export async function openDeviceBook(path: string, onTrouble: () => void): Promise<DeviceBook> {
  let book = await read(path, onTrouble)
  const serial = serialWork()
  const write = (next: Book) => writeDurably(path, Buffer.from(JSON.stringify(next)))

  return {
    of: (id) => book[id] ?? {},
    setRole: (id, role) =>
      serial(path, async () => {
        const next = trimmed({ ...book, [id]: { ...book[id], role } })
        await write(next)
        // Only now: what the screen shows must hold after a power cut.
        book = { ...book, [id]: { ...book[id], role } }
      }),
    noteUse(id, lastUse) {
      book = trimmed({ ...book, [id]: { ...book[id], lastUse } })
      void serial(path, () => write(book)).catch(onTrouble)
    },
  }
}

function trimmed(book: Book): Book {
  const entries = Object.entries(book)
  if (entries.length <= mostDevices) return book
  const worth = ({ role, lastUse = '' }: Book[string]) => `${role ? 1 : 0}${lastUse}`
  const byUse = entries.toSorted(([, a], [, b]) => worth(b).localeCompare(worth(a)))
  return Object.fromEntries(byUse.slice(0, mostDevices))
}

async function read(path: string, onTrouble: () => void): Promise<Book> {
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return {}
  }
  try {
    return zBook.parse(JSON.parse(text))
  } catch {
    onTrouble()
    return {}
  }
}
