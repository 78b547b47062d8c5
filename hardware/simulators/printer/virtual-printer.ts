/** The virtual printer on its TCP port: what it prints, what it says of itself, and what can be wrong with it. */
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createInterpreter, type Interpreter } from './escpos.ts'

/**
 * `paper-ends`: the paper runs out in the middle of the next slip. `slow`: 20 kB a second. `stuck`: it answers how it is
 * and prints no more. `deaf`: it reads nothing. `mute`: it prints and never answers.
 */
export const printerFaults = [
  'paper-out',
  'paper-ends',
  'cover-open',
  'jammed',
  'offline',
  'slow',
  'stuck',
  'deaf',
  'mute',
] as const
export type PrinterFault = (typeof printerFaults)[number]

/** Bits that are always there. */
const ready = 0x12

function statusOf(fault: PrinterFault | undefined, n: number): number | undefined {
  const isOut = fault === 'paper-out'
  switch (n) {
    case 1:
      return ready | (isOut || fault === 'cover-open' || fault === 'jammed' || fault === 'offline' ? 0x08 : 0)
    case 2:
      return (
        ready | (fault === 'cover-open' ? 0x04 : 0) | (isOut ? 0x20 : 0) | (fault === 'jammed' ? 0x40 : 0)
      )
    case 3:
      return ready | (fault === 'jammed' ? 0x08 : 0)
    case 4:
      return ready | (isOut ? 0x60 : 0)
    default:
      return undefined
  }
}

export interface VirtualPrinter {
  port: number
  interpreter: Interpreter
  fault: PrinterFault | undefined
  close(): Promise<void>
}

/** How much is printed before the paper ends, bytes. */
const beforeTheEnd = 8_000

export async function startVirtualPrinter(port: number, dots: number): Promise<VirtualPrinter> {
  const connections = new Set<Socket>()
  const interpreter = createInterpreter(dots, (n) => statusOf(printer.fault, n))
  let sinceFault = 0

  function serve(socket: Socket): void {
    connections.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      connections.delete(socket)
      interpreter.reset()
    })
    if (printer.fault !== 'deaf') void readAll(socket)
  }

  async function readAll(socket: Socket): Promise<void> {
    try {
      for await (const data of socket as AsyncIterable<Buffer>) await receive(socket, data)
    } catch {
      // The host is gone in the middle of a slip.
    }
  }

  async function receive(socket: Socket, data: Buffer): Promise<void> {
    if (printer.fault === 'slow') await sleep(data.length / 20)
    sinceFault += data.length
    if (printer.fault === 'paper-ends' && sinceFault > beforeTheEnd) printer.fault = 'paper-out'
    const isAsking = data.length === 3 && data[0] === 0x10 && data[1] === 0x04
    const isHalted = printer.fault !== undefined && !['slow', 'mute', 'paper-ends'].includes(printer.fault)
    if (isHalted && !isAsking) return
    const answers = isHalted ? answerAlone(data) : interpreter.take(data)
    if (printer.fault === 'mute') return
    for (const answer of answers) socket.write(answer)
  }

  function answerAlone(data: Buffer): Uint8Array[] {
    const answer = statusOf(printer.fault, data[2] ?? 0)
    return answer === undefined ? [] : [Uint8Array.of(answer)]
  }

  const server = createServer({ noDelay: true }, serve)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  let fault: PrinterFault | undefined
  const printer: VirtualPrinter = {
    port: typeof address === 'object' && address ? address.port : port,
    interpreter,
    get fault() {
      return fault
    },
    set fault(next) {
      sinceFault = 0
      fault = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections) connection.destroy()
      }),
  }
  return printer
}
