/** Writes in every way that matters, some of it fsync'ed, then waits to be killed. `node writer.ts FOLDER` */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [, , folder = ''] = process.argv
const at = (name: string) => join(folder, name)

function write(name: string, text: string, sync: boolean): void {
  const file = openSync(at(name), 'w')
  writeSync(file, text)
  if (sync) fsyncSync(file)
  closeSync(file)
}
function syncFolder(): void {
  const file = openSync(folder, 'r')
  fsyncSync(file)
  closeSync(file)
}

mkdirSync(at('sub'))
write('synced', 'kept', true)
const log = openSync(at('log'), 'a')
writeSync(log, 'first ')
fsyncSync(log)
writeSync(log, 'second')
write('payload.part', 'whole', true)
renameSync(at('payload.part'), at('payload'))
syncFolder()
write('other.part', 'whole', true)
renameSync(at('other.part'), at('other'))
writeFileSync(at('never'), 'lost')
writeSync(1, 'written\n')
setInterval(() => undefined, 1_000)
