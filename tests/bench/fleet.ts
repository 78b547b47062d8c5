/** A fleet whose link returns at the same moment: every kiosk sends its day's work to one issuer on this machine. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Commission } from '../../main/commission/z-commission.ts'
import { zCode, zReady } from '../chaos/run/z-orders.ts'
import { commissionKiosk } from '../fixtures/made-request.ts'
import { figure, type Bench, type Figure } from './figures.ts'

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const fleets = [30, 100, 300]
const day = { requests: 20, sizes: [4_000, 2_000] }
const processes = 3
/** per fleet; what is not done by then is told */
const deadlineMs = 150_000
/** of the kernel's clock that it counts a process's time by */
const ticksPerSecond = 100

const zDone = z.object({
  times: z.array(z.number()),
  seconds: z.number(),
  errors: z.record(z.string(), z.number()),
  calls: z.number(),
})
type Done = z.infer<typeof zDone>

function started(file: string, args: readonly string[]) {
  const child = spawn(process.execPath, [program(file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    async line(): Promise<unknown> {
      const { value, done } = await said.next()
      if (done) throw new Error(`${file} ended`)
      return JSON.parse(value)
    },
  }
}

/** @returns what that process has used so far, as Linux counts it (proc(5)) */
function usedBy(pid: number): { cpuSeconds: number; memoryMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  // Behind the name: the twelfth is the time in the process, the thirteenth that in the kernel for it.
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    memoryMb: Number(kb) / 1024,
  }
}

async function play(folder: string, fleet: readonly Commission[], firstCid: number, pid: number) {
  const share = Math.ceil(fleet.length / processes)
  const workers = await Promise.all(
    Array.from({ length: processes }, async (_, n) => {
      const file = join(folder, `kiosks-${n}.json`)
      const commissions = fleet.slice(n * share, (n + 1) * share)
      const own = firstCid + n * share * day.requests
      writeFileSync(file, JSON.stringify({ commissions, ...day, deadlineMs, firstCid: own }), { mode: 0o600 })
      const worker = started('./fleet-kiosks.ts', [file])
      await worker.line()
      return worker
    }),
  )
  let memoryMb = 0
  const memory = setInterval(() => (memoryMb = Math.max(memoryMb, usedBy(pid).memoryMb)), 500)
  const before = usedBy(pid).cpuSeconds
  const done: Done[] = await Promise.all(
    workers.map(async (worker) => {
      worker.child.stdin.write('go\n')
      return zDone.parse(await worker.line())
    }),
  )
  clearInterval(memory)
  const cpuSeconds = usedBy(pid).cpuSeconds - before
  return { times: done.flatMap(({ times }) => times), memoryMb, cpuSeconds, done }
}

export const fleet: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-fleet-'))
  const issuer = started('../chaos/run/issuer-child.ts', [join(folder, 'issuer')])
  const figures: Figure[] = []
  try {
    const { url = '' } = zReady.parse(await issuer.line())
    const all: Commission[] = []
    let cid = 10_000_000_000
    for (const size of fleets) {
      say(`Commissioning up to ${size} kiosks …`)
      while (all.length < size) {
        issuer.child.stdin.write('Paro\n')
        all.push(await commissionKiosk(zCode.parse(await issuer.line()).code, url))
      }
      say(`${size} kiosks, ${size * day.requests} requests …`)
      const { times, memoryMb, cpuSeconds, done } = await play(folder, all, cid, issuer.child.pid ?? 0)
      cid += size * day.requests
      const seconds = Math.max(...done.map((one) => one.seconds))
      const errors = done.flatMap((one) => Object.entries(one.errors).map(([text, n]) => `${n} x ${text}`))
      if (errors.length > 0) say(errors.join('; '))
      const sorted = times.toSorted((one, other) => one - other)
      const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
      const asked = size * day.requests
      const requests = Math.max(1, times.length)
      const perRequest = (cpuSeconds / requests) * 1_000
      const calls = done.reduce((sum, one) => sum + one.calls, 0)
      figures.push(
        figure({ name: `${size} kiosks: requests a second`, value: times.length / seconds, unit: '' }),
        figure({ name: '  last receipt, 95 of 100', value: p95 / 1000, unit: 's' }),
        figure({ name: '  issuer, of a processor', value: (cpuSeconds / seconds) * 100, unit: '%' }),
        figure({ name: '  issuer, processor time a request', value: perRequest, unit: 'ms' }),
        figure({ name: '  HTTP calls a request', value: calls / requests, unit: '' }),
        figure({ name: '  issuer memory, highest', value: memoryMb, unit: 'MB' }),
        figure({ name: '  requests without an end', value: asked - times.length, unit: '' }),
        figure({ name: '  kiosks with an error', value: errors.length, unit: '', goal: 0 }),
      )
    }
    return figures
  } finally {
    issuer.child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
