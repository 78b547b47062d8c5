/** A real kiosk in a process of its own, spoken to as its screens do, and killed without a word. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { connectToKiosk, valueOf, type KioskClient } from '../journey/kiosk-client.ts'

const program = fileURLToPath(new URL('../../main/shell/browser/main.ts', import.meta.url))
const zReady = z.object({ ready: z.literal('kiosk'), url: z.url() })

const zLink = z.object({ link: z.url() })

export interface Ended {
  code: number | null
  stderr: string
}

export interface KioskProcess {
  pid: number
  kiosk: KioskClient
  /** Opens another window. */
  open(): ReturnType<typeof connectToKiosk>
  ended: Promise<Ended>
  /** SIGKILL, now; resolves when the process is gone */
  kill(): Promise<void>
  /** SIGTERM; resolves when it has closed everything */
  stop(): Promise<Ended>
}

function spawnKiosk(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [program, ...args, '--parent', String(process.pid)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const ended = once(child, 'exit').then(([code]): Ended => ({
    code: z.number().nullable().parse(code),
    stderr,
  }))
  return { child, ended }
}

/** Starts a kiosk that is not expected to come up. @returns how it ended */
export function startInVain(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return spawnKiosk(args, env).ended
}

/** @throws Error - with what it wrote to stderr, if it ends before it is ready */
export async function startKioskProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<KioskProcess> {
  const { child, ended } = spawnKiosk(args, env)
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    ended.then(({ code, stderr }) => {
      throw new Error(`The kiosk ended with ${code} before it was ready: ${stderr}`)
    }),
  ])
  const { kiosk, close } = await connectToKiosk(zReady.parse(JSON.parse(line)).url)
  return {
    pid: child.pid ?? 0,
    kiosk,
    async open() {
      child.stdin.write('link\n')
      const [text] = await once(lines, 'line')
      return connectToKiosk(zLink.parse(JSON.parse(String(text))).link)
    },
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
      close()
    },
    async stop() {
      close()
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Signs in the officer of the demonstration. */
export async function signIn(
  { kiosk }: Pick<KioskProcess, 'kiosk'>,
  who = { name: 'Pema Dorji', pin: '246810' },
) {
  return valueOf(await kiosk.session.signIn.mutate(who))
}
