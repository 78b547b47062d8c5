/** Puts one real or simulated device through everything that the kiosk will ask of it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { askService, type Scanner } from '../ask-service.ts'
import { captureChecks, judgeCapture, type AskedCapture, type Judged } from '../capture-checks.ts'
import { captureRequest } from '../capture-request.ts'
import type { ScannerTrust } from '../device-signature.ts'
import { emptyHash } from '../hash-chain.ts'
import { listeningPorts } from '../listening-ports.ts'
import { callSbi, SbiCallFailed } from '../sbi-call.ts'
import { streamPictures } from '../sbi-stream.ts'
import { slaps, type Slap } from '../slaps.ts'
import { Checklist, registrationChecks, type ComplianceReport } from './checks.ts'

export interface RunOptions {
  port: number
  trust: ScannerTrust
  env: string
  timeoutMs: number
  /** tells the person at the device what to do, and waits until it is so */
  ask: (what: string) => Promise<void>
}

const streamMs = 3_000
const freeAgainMs = 10_000

/** @returns the report; a device that does not answer is a report too */
export async function runChecks(options: RunOptions): Promise<ComplianceReport> {
  const { port, trust, env, ask } = options
  const list = new Checklist(registrationChecks)
  const report = (scanner?: Scanner): ComplianceReport => ({
    address: `127.0.0.1:${port}`,
    at: new Date().toISOString(),
    ...(scanner && {
      device: {
        ...{ name: scanner.name, serial: scanner.serial, dialect: scanner.dialect },
        ...{ certification: scanner.certification, firmware: scanner.firmware },
      },
    }),
    ok: list.ok(),
    checks: list.list(),
  })

  const listens = (await listeningPorts({ from: port, to: port })).length === 1
  list.tell('listens', listens)
  if (!listens) return report()
  const question = { ports: { from: 4501, to: 4600 }, trust, env, purpose: 'Registration' } as const
  const state = () => askService(port, { ...question, now: Date.now() })
  const asked = await state()
  list.tell('discovery', 'found' in asked, 'fault' in asked ? asked.fault : undefined)
  if (!('found' in asked)) return report()
  const scanner = asked.found
  list.tell('ready', scanner.status === 'Ready', scanner.status)

  await checkStream(scanner, list)
  await isReady(state)
  let previousHash = emptyHash
  const rounds: [Slap, readonly string[]][] = [
    ['left', []],
    ['right', []],
    ['thumbs', []],
    ['left', ['Left LittleFinger']],
  ]
  for (const [slap, exceptions] of rounds) {
    const missing = exceptions.length > 0 ? ', without the little finger' : ''
    await ask(`Place: ${slap}${missing}`)
    const judged = await captureOnce(scanner, { slap, exceptions, previousHash }, options)
    const told = exceptions.length > 0 ? 'exception' : 'capture'
    if ('failed' in judged) {
      list.tell(told, false, judged.failed)
      continue
    }
    previousHash = judged.hash
    list.tell(told, judged.findings.length === 0, judged.findings[0]?.fault)
    for (const check of captureChecks) {
      const finding = judged.findings.find((one) => one.check === check)
      list.tell(check, !finding, finding && `${slap}: ${finding.fault} ${finding.detail ?? ''}`.trim())
    }
    await isReady(state)
  }

  await ask('Take all fingers away')
  await captureOnce(
    scanner,
    { slap: 'left', exceptions: [], previousHash, signal: AbortSignal.timeout(500) },
    options,
  )
  list.tell('cancel', await isReady(state))
  return report(scanner)
}

async function checkStream(scanner: Scanner, list: Checklist): Promise<void> {
  let pictures = 0
  for await (const picture of streamPictures(scanner, '1', AbortSignal.timeout(streamMs))) {
    if (picture.length > 0) pictures += 1
  }
  list.tell('stream', pictures > 0, 'no picture came')
  list.tell('stream-rate', pictures >= 3 * (streamMs / 1_000), `${pictures} pictures in ${streamMs} ms`)
}

async function isReady(state: () => ReturnType<typeof askService>): Promise<boolean> {
  const end = performance.now() + freeAgainMs
  while (performance.now() < end) {
    const now = await state()
    if ('found' in now && now.found.status === 'Ready') return true
    await delay(200)
  }
  return false
}

interface Round {
  slap: Slap
  exceptions: readonly string[]
  previousHash: string
  signal?: AbortSignal
}

async function captureOnce(
  scanner: Scanner,
  { slap, exceptions, previousHash, signal }: Round,
  { env, trust, timeoutMs }: RunOptions,
): Promise<Judged | { failed: string }> {
  const now = Date.now()
  const asked: AskedCapture = {
    ...{ transactionId: randomUUID(), env, purpose: 'Registration', previousHash },
    specVersion: scanner.dialect,
    fingers: slaps[slap].fingers.filter((finger) => !exceptions.includes(finger)),
    ...{ serial: scanner.serial, certification: scanner.certification },
  }
  const wish = { deviceSubId: slaps[slap].sub, exceptions, requestedScore: 40, timeoutMs, now }
  try {
    const answer = await callSbi({
      ...{ port: scanner.port, verb: 'RCAPTURE', path: '/capture', deadlineMs: timeoutMs + 5_000 },
      body: captureRequest(scanner, asked, wish),
      ...(signal && { signal }),
    })
    return await judgeCapture(answer, asked, { trust, now: Date.now() })
  } catch (error) {
    if (error instanceof SbiCallFailed) return { failed: `no answer: ${error.kind}` }
    throw error
  }
}
