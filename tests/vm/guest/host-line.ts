/** The guest's end of the second serial port. */
import { createReadStream, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { zFromHost, type FromGuest, type FromHost, type Request } from '../z-line.ts'

export type Begin = Extract<FromHost, { kind: 'begin' }>

export interface HostLine {
  /** Says that the machine is up. @returns what to play, and the keys that cards are signed with */
  begin(up: { kernel: string; node: string }): Promise<Begin>
  /** @throws Error - when the host could not do it */
  ask(request: Request): Promise<void>
  tell(message: FromGuest): void
}

export function openHostLine(path = '/dev/ttyS1'): HostLine {
  const output = openSync(path, 'w')
  const waiting = new Map<number, (trouble: string | undefined) => void>()
  let begun: (begin: Begin) => void = () => undefined
  let lastId = 0
  const tell = (message: FromGuest) => void writeSync(output, `${JSON.stringify(message)}\n`)

  createInterface({ input: createReadStream(path) }).on('line', (line) => {
    const message = zFromHost.parse(JSON.parse(line))
    if (message.kind === 'begin') return begun(message)
    waiting.get(message.id)?.(message.trouble)
    waiting.delete(message.id)
  })

  return {
    begin(up) {
      const started = new Promise<Begin>((resolve) => (begun = resolve))
      tell({ kind: 'up', ...up })
      return started
    },
    async ask(request) {
      const id = ++lastId
      const answered = new Promise<string | undefined>((resolve) => waiting.set(id, resolve))
      tell({ kind: 'request', id, request })
      const trouble = await answered
      if (trouble) throw new Error(`${request.do}: ${trouble}`)
    },
    tell,
  }
}
