/** Which ports of a range have a service: all asked at once, so that a silent one costs no other one's time. */
import { connect } from 'node:net'

const connectLimitMs = 400

/** @returns those that accept a connection, lowest first */
export async function listeningPorts({ from, to }: { from: number; to: number }): Promise<number[]> {
  const ports = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const open = await Promise.all(ports.map(isListening))
  return ports.filter((_, index) => open[index])
}

/** @returns whether a service accepts a connection there */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(connectLimitMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
