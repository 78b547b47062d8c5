/** Everything between kiosk and issuer goes through it: untouched, cut at any byte, or answered by somebody else. */
import { connect, createServer, type Socket } from 'node:net'

export type LinkFault =
  | { link: 'up' }
  | { link: 'down' }
  /** each connection is cut after so many bytes, some up, some down */
  | { link: 'cut'; upTo: number }
  /** so many of the questions are not passed on, but answered like this */
  | { link: 'answers'; with: 'error' | 'conflict' | 'too-large' | 'nonsense' | 'nothing'; share: number }

export interface FaultyLink {
  url: string
  /** where the issuer is now */
  leadTo(url: string): void
  play(fault: LinkFault): void
  close(): Promise<void>
}

const page = '<html>Please sign in to Wi-Fi</html>'
const answer = (status: string, type: string, body: string) =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
const canned = {
  error: answer('500 Internal Server Error', 'application/json', '{"error":"server_error"}'),
  conflict: answer('409 Conflict', 'application/json', '{"error":"conflict","reason":"as it happens"}'),
  'too-large': answer('413 Payload Too Large', 'text/plain', 'too large'),
  nonsense: answer('200 OK', 'text/html', page),
}
const question = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \//

export async function openFaultyLink(random: () => number): Promise<FaultyLink> {
  let fault: LinkFault = { link: 'up' }
  let port = 0
  const open = new Set<Socket>()
  const server = createServer((kiosk) => {
    open.add(kiosk)
    kiosk.once('close', () => open.delete(kiosk))
    kiosk.on('error', () => kiosk.destroy())
    if (fault.link === 'down' || port === 0) return void kiosk.destroy()
    const issuer = connect({ host: '127.0.0.1', port })
    issuer.on('error', () => kiosk.destroy())
    issuer.once('close', () => kiosk.destroy())
    kiosk.once('close', () => issuer.destroy())
    const cutUp = random() < 0.5
    let left = fault.link === 'cut' ? Math.floor(random() ** 2 * fault.upTo) : Infinity
    const pass = (chunk: Buffer, to: Socket, counts: boolean) => {
      if (!counts || chunk.length < left) {
        if (counts) left -= chunk.length
        return void to.write(chunk)
      }
      // The last bytes go out before the line is dead.
      to.write(chunk.subarray(0, left), () => {
        kiosk.destroy()
        issuer.destroy()
      })
      left = 0
    }
    kiosk.on('data', (chunk) => {
      if (
        fault.link === 'answers' &&
        question.test(chunk.toString('latin1', 0, 12)) &&
        random() < fault.share
      ) {
        issuer.removeAllListeners('close')
        issuer.destroy()
        if (fault.with !== 'nothing') kiosk.end(canned[fault.with])
        return void kiosk.pause()
      }
      pass(chunk, issuer, cutUp)
    })
    issuer.on('data', (chunk) => pass(chunk, kiosk, !cutUp))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const cutAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    leadTo: (url) => (port = Number(new URL(url).port)),
    play(next) {
      fault = next
      // A fault holds for what comes and for what is under way.
      cutAll()
    },
    async close() {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
