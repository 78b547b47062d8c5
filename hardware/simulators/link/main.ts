/** The link simulator: everything between kiosk and issuer goes through it, untouched, slowly, or not at all. */
import { connect, createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { sayReady, startControlServer } from '../control-server.ts'

const zMode = z.enum(['up', 'down', 'slow', 'error', 'nonsense'])
type Mode = z.infer<typeof zMode>

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    listen: { type: 'string', default: '0' },
    to: { type: 'string' },
    parent: { type: 'string' },
  },
})
const [host = '127.0.0.1', port = ''] = (values.to ?? '').split(':')

let mode: Mode = 'up'
const open = new Set<Socket>()
/** bytes since the start, for tests of what a cut costs */
const moved = { up: 0, down: 0 }

const slowMs = 3_500
const canned: Partial<Record<Mode, string>> = {
  error: 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  nonsense:
    'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 36\r\nConnection: close\r\n\r\n<html>Please sign in to Wi-Fi</html>',
}

const proxy = createServer((kiosk) => {
  open.add(kiosk)
  kiosk.once('close', () => open.delete(kiosk))
  kiosk.on('error', () => kiosk.destroy())
  if (mode === 'down') return void kiosk.destroy()
  const text = canned[mode]
  if (text !== undefined) return void kiosk.once('data', () => kiosk.end(text))
  const start = () => {
    const issuer = connect({ host, port: Number(port) })
    issuer.on('error', () => kiosk.destroy())
    issuer.once('close', () => kiosk.destroy())
    kiosk.once('close', () => issuer.destroy())
    kiosk.on('data', (chunk) => (moved.up += chunk.length))
    issuer.on('data', (chunk) => (moved.down += chunk.length))
    kiosk.pipe(issuer)
    issuer.pipe(kiosk)
  }
  if (mode === 'slow') setTimeout(start, slowMs)
  else start()
})
await new Promise<void>((resolve) => proxy.listen(Number(values.listen), '127.0.0.1', resolve))
const address = proxy.address()
const through = `http://127.0.0.1:${typeof address === 'object' ? address?.port : values.listen}`

const shown = () => ({ mode, through, open: open.size, moved })
const control = await startControlServer(Number(values.port), {
  'GET /state': shown,
  'POST /mode': (body) => {
    mode = z.object({ mode: zMode }).parse(body).mode
    // A mode holds for what comes and for what is under way.
    for (const socket of open) socket.destroy()
    return shown()
  },
})
sayReady({ ready: 'link', url: control.url, through })
endWithOwner(process.argv, async () => {
  for (const socket of open) socket.destroy()
  await new Promise((resolve) => proxy.close(resolve))
  await control.close()
})
