/** The whole host, as its screens ask it, on a queue of thousands. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { signIn, startKioskProcess } from '../chaos/kiosk-process.ts'
import type { RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import { median } from './figures.ts'
import { fillQueue } from './full-queue.ts'

export interface HostWithQueue {
  readyMs: number
  /** what the Today screen asks when it opens: drafts, what requests need, status; until the last answer is there */
  todayMs: number
  memoryMb: number
}

export async function hostWithQueue(options: {
  folder: string
  issuer: RunningIssuer
  requests: number
}): Promise<HostWithQueue> {
  const { folder, issuer, requests } = options
  mkdirSync(folder, { recursive: true })
  // No devices, and nobody asks for the issuer while it is measured: its queue is not to go away.
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ sbi: { portFrom: 4590, portTo: 4591 } }))
  const code = issuer.commissioningCode('Paro')
  const first = await startKioskProcess([
    '--data',
    folder,
    '--port',
    '0',
    '--issuer',
    issuer.url,
    `--commission=${code}`,
  ])
  for (let tries = 0; (await first.kiosk.session.names.query()).length === 0; tries += 1) {
    if (tries > 200) throw new Error('The staff list did not arrive')
    await delay(100)
  }
  await first.stop()
  await fillQueue(join(folder, 'sync'), requests, 'kiosk-002')
  await issuer.close()
  const began = performance.now()
  const running = await startKioskProcess(['--data', folder, '--port', '0'])
  const readyMs = performance.now() - began
  try {
    await signIn(running)
    const { kiosk } = running
    const times: number[] = []
    for (let round = 0; round < 7; round += 1) {
      const asked = performance.now()
      await Promise.all([
        kiosk.enrolment.drafts.query(),
        kiosk.requests.today.query(),
        kiosk.status.now.query(),
      ])
      times.push(performance.now() - asked)
    }
    await delay(5_000)
    const rss = execFileSync('ps', ['-o', 'rss=', '-p', String(running.pid)], { encoding: 'utf8' })
    return { readyMs, todayMs: median(times), memoryMb: Number(rss) / 1024 }
  } finally {
    await running.kill()
  }
}
