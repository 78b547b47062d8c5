/** QEMU's own control line (QMP): devices are taken away and added while the machine runs. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const zMessage = z.looseObject({
  event: z.string().optional(),
  data: z.looseObject({ device: z.string().optional() }).optional(),
  return: z.unknown().optional(),
  error: z.looseObject({ desc: z.string() }).optional(),
})
type Message = z.infer<typeof zMessage>

export interface Qmp {
  /** @throws Error - when QEMU refuses */
  run(command: string, parameters?: object): Promise<void>
  /** Takes a device away; resolves when the guest has let it go. */
  removeDevice(id: string): Promise<void>
  close(): void
}

export async function openQmp(path: string): Promise<Qmp> {
  const socket: Socket = connect(path)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const answers: ((message: Message) => void)[] = []
  const removed = new Set<(id: string) => void>()
  socket.on('error', () => socket.destroy())
  createInterface({ input: socket }).on('line', (line) => {
    const message = zMessage.parse(JSON.parse(line))
    const gone = message.event === 'DEVICE_DELETED' ? message.data?.device : undefined
    if (gone) for (const listener of [...removed]) listener(gone)
    if ('return' in message || message.error) answers.shift()?.(message)
  })

  async function run(command: string, parameters: object = {}): Promise<void> {
    const answered = new Promise<Message>((resolve) => answers.push(resolve))
    socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`)
    const { error } = await answered
    if (error) throw new Error(`${command}: ${error.desc}`)
  }

  await run('qmp_capabilities')
  return {
    run,
    async removeDevice(id) {
      const gone = new Promise<void>((resolve) => {
        const listener = (device: string) => {
          if (device !== id) return
          removed.delete(listener)
          resolve()
        }
        removed.add(listener)
      })
      await run('device_del', { id })
      await gone
    },
    close: () => void socket.destroy(),
  }
}
