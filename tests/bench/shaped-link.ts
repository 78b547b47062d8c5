/**
 * A poor link as a proxy: bytes leave it at the link's rate and arrive later by its delay, all connections share it, it
 * drops them all every so often, and refuses some. What is on it when it drops is lost. Bytes are those of the TCP
 * streams, HTTP headers included; the headers of TCP and IP (about 3 % at this segment size) are not in them.
 */
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface LinkShape {
  bitsPerSecond: number
  /** there and back; half of it each way, and one more for each new connection */
  roundTripMs: number
  /** all connections end every so often */
  dropEveryMs?: number
  /** from 0 to 1 */
  refusedShare?: number
}

export interface ShapedLink {
  url: string
  /** bytes that were put on the link, whether they arrived or not */
  moved: { up: number; down: number }
  connections: number
  refused: number
  close(): Promise<void>
}

const segment = 1_400

interface Line {
  near: Socket
  far: Socket
  dropped: boolean
}

/** One direction: whoever wants to send waits for its turn. */
function lane(bitsPerSecond: number) {
  let free = 0
  return async (bytes: number, since: number): Promise<void> => {
    // From when it waits, not from when the timer of the one before came round: a late timer is not the link's.
    const start = Math.max(free, since)
    free = start + (bytes * 8_000) / bitsPerSecond
    await delay(Math.max(0, free - performance.now()))
  }
}

export async function openShapedLink(
  to: string,
  shape: LinkShape,
  random: () => number,
): Promise<ShapedLink> {
  const { port, hostname } = new URL(to)
  const lines = new Set<Line>()
  /** also those that are not on the link yet */
  const callers = new Set<Socket>()
  const lanes = { up: lane(shape.bitsPerSecond), down: lane(shape.bitsPerSecond) }
  const link: Omit<ShapedLink, 'url' | 'close'> = { moved: { up: 0, down: 0 }, connections: 0, refused: 0 }

  async function carry(from: Socket, into: Socket, way: 'up' | 'down', line: Line): Promise<void> {
    try {
      // One segment at a time: what waits for the link waits at the sender.
      for await (const chunk of from) {
        const since = performance.now()
        const bytes = Buffer.from(chunk)
        for (let at = 0; at < bytes.length; at += segment) {
          const piece = bytes.subarray(at, at + segment)
          await lanes[way](piece.length, since)
          if (line.dropped) return
          link.moved[way] += piece.length
          setTimeout(() => into.destroyed || into.write(piece), shape.roundTripMs / 2)
        }
      }
      // An end travels behind the last byte.
      setTimeout(() => into.destroyed || into.end(), shape.roundTripMs / 2)
    } catch {
      into.destroy()
    }
  }

  const server = createServer(async (near) => {
    near.on('error', () => near.destroy())
    callers.add(near)
    near.once('close', () => callers.delete(near))
    link.connections += 1
    if (random() < (shape.refusedShare ?? 0)) {
      link.refused += 1
      return void near.resetAndDestroy()
    }
    near.pause()
    await delay(shape.roundTripMs)
    if (near.destroyed) return
    const far = connect({ host: hostname, port: Number(port) })
    far.on('error', () => near.destroy())
    const line: Line = { near, far, dropped: false }
    lines.add(line)
    near.once('close', () => lines.delete(line))
    void carry(near, far, 'up', line)
    void carry(far, near, 'down', line)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const drop = () => {
    for (const line of lines) {
      line.dropped = true
      line.near.destroy()
      line.far.destroy()
    }
  }
  const timer = shape.dropEveryMs === undefined ? undefined : setInterval(drop, shape.dropEveryMs)
  return Object.assign(link, {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async close() {
      clearInterval(timer)
      drop()
      for (const near of callers) near.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
