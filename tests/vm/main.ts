/** `npm run test:vm -- [--json] [--timeout S] [--only hid|ccid]`: the HID and card drivers on a real kernel (docs/testing-in-a-vm.md). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { startSimulator } from '../integration/simulator-process.ts'
import { debianKernel } from './debian-kernel.ts'
import { createHands } from './hands.ts'
import { makeInitramfs } from './initramfs.ts'
import { startMachine } from './machine.ts'
import { openQmp } from './qmp.ts'
import { zFromGuest, type FromHost } from './z-line.ts'

interface Result {
  scenario: string
  ok: boolean
  ms: number
  why?: string | undefined
}

const say = (text: string) => console.error(text)
const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

const { missingSystemPackages, installSystemPackages } = await (import(
  join(project, 'scripts', 'system-packages.mjs')
) as Promise<{
  missingSystemPackages(stage: string): object[]
  installSystemPackages(missing: object[], say: (text: string) => void): void
}>)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '600' },
      only: { type: 'string' },
    },
  })
  const started = performance.now()
  const missing = missingSystemPackages('vm')
  if (missing.length > 0) installSystemPackages(missing, say)
  if (missingSystemPackages('vm').length > 0) {
    say('Nothing was tested: see what is missing above.')
    return 3
  }
  const cache = join(project, 'node_modules', '.cache', 'kiosk', 'vm')
  mkdirSync(cache, { recursive: true })
  const kernel = debianKernel(cache, say)
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-vm-'))
  try {
    const log = join(cache, 'console.log')
    const initramfs = makeInitramfs(folder, kernel, project)
    const seconds = Number(values.timeout)
    const only = zOnly.parse(values.only)
    const { results, ended } = await play({
      folder,
      image: kernel.image,
      initramfs,
      log,
      seconds,
      only,
    })
    if (!ended)
      say(`It did not come to its end. The console said:\n${readFileSync(log, 'utf8').slice(-3_000)}`)
    const passed = results.filter(({ ok }) => ok).length
    const ok = ended && results.length > 0 && passed === results.length
    const took = Math.round((performance.now() - started) / 1_000)
    const report = { ok, kernel: kernel.version, passed, failed: results.length - passed, ended }
    if (values.json) console.log(JSON.stringify({ ...report, seconds: took, scenarios: results }))
    else {
      const what = `${passed} of ${results.length} scenarios passed on Linux ${kernel.version} in QEMU`
      console.log(`${what}${ended ? '' : ', and then it broke off'}; ${took} s`)
    }
    return ok ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Play {
  folder: string
  image: string
  initramfs: string
  log: string
  seconds: number
  only: 'hid' | 'ccid' | undefined
}

const zOnly = z.enum(['hid', 'ccid']).optional()

async function play({ folder, image, initramfs, log, seconds, only }: Play) {
  const keyFile = join(folder, 'signing.jwk.json')
  const pair = await generateKeyPair('ES256', { extractable: true })
  writeFileSync(keyFile, JSON.stringify(await exportJWK(pair.privateKey)), { mode: 0o600 })
  const { x = '', y = '' } = await exportJWK(pair.publicKey)
  const machine = await startMachine({ folder, image, initramfs, console: log })
  const late = setTimeout(() => {
    say(`Not over after ${seconds} s: the machine is switched off`)
    machine.kill()
  }, seconds * 1_000)
  const cards = await startSimulator('card', ['--issuer-key', keyFile, '--vscard', machine.cardSocket])
  const qmp = await openQmp(machine.qmp)
  const act = createHands(qmp, cards)
  const results: Result[] = []
  let ended = false
  const answer = (message: FromHost) => machine.say(message)

  machine.onLine((line) => {
    const heard = zFromGuest.safeParse(parse(line))
    // The port carries nothing else; what the kernel prints there before it is raw is no message.
    if (!heard.success) return
    const message = heard.data
    switch (message.kind) {
      case 'up':
        say(`The machine is up: Linux ${message.kernel}, Node ${message.node}`)
        return answer({ kind: 'begin', trusted: [{ kty: 'EC', crv: 'P-256', x, y }], only })
      case 'request':
        return void act(message.request).then(
          () => answer({ kind: 'done', id: message.id }),
          (error: unknown) => answer({ kind: 'done', id: message.id, trouble: String(error) }),
        )
      case 'result':
        results.push(message)
        say(shown(message))
        return
      case 'end':
        ended = true
    }
  })
  try {
    await machine.off
    return { results, ended }
  } finally {
    clearTimeout(late)
    machine.kill()
    qmp.close()
    await cards.stop()
  }
}

function shown({ scenario, ok, ms, why }: Result): string {
  const line = `${ok ? 'ok    ' : 'FAILED'} ${(ms / 1_000).toFixed(1).padStart(5)} s  ${scenario}`
  return why ? `${line}\n                ${why}` : line
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exit(1)
  },
)
