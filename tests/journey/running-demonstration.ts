/** Starts `npm start`'s own program without a window, on a data folder of its own, and reads its ready line. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const zReady = z.object({
  ready: z.literal(true),
  kiosk: z.url(),
  issuer: z.url(),
  panel: z.url(),
  signIns: z.array(z.object({ name: z.string(), pin: z.string(), role: z.string() })),
  simulators: z.record(z.string(), z.url()),
  cameraFile: z.string(),
  wallet: z.string(),
  /** the phone as a page */
  phonePage: z.url(),
  phoneNetwork: z.url().optional(),
  pid: z.number(),
})

const launcher = fileURLToPath(new URL('../../dist/main/shell/launcher/main.js', import.meta.url))

/** @param data a folder for everything it keeps @returns addresses, a hand on each simulator, and the way to end it */
export async function runDemonstration(data: string) {
  const child = spawn(process.execPath, [launcher, '--no-window', '--json', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    gone.then((code) => {
      throw new Error(`The demonstration ended before it was ready (exit code ${code})`)
    }),
  ])
  const ready = zReady.parse(JSON.parse(line))

  /** One call to a simulator's control port. */
  async function simulate(name: string, path: string, body?: object): Promise<unknown> {
    const address = ready.simulators[name]
    if (!address) throw new Error(`There is no ${name} simulator here`)
    const response = await fetch(new URL(path, `${address.replace(/\/$/, '')}/`), {
      method: body ? 'POST' : 'GET',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`${name} answered ${response.status}: ${await response.text()}`)
    if (response.headers.get('content-type')?.startsWith('image/'))
      return Buffer.from(await response.arrayBuffer())
    return response.json()
  }

  return {
    ready,
    simulate,
    async close(): Promise<void> {
      child.kill('SIGTERM')
      await gone
    },
    /** Pulls the plug: no process of the demonstration gets to say goodbye to its launcher. */
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await gone
    },
  }
}

export type RunningDemonstration = Awaited<ReturnType<typeof runDemonstration>>
