/** Puts one real or simulated device through everything that the kiosk will ask of it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { askService, type Scanner } from '../ask-service.ts'
import { captureChecks, judgeCapture, type AskedCapture, type Judged } from '../capture-checks.ts'
import type { Purpose } from '../dialect.ts'
import { captureRequest } from '../capture-request.ts'
import type { ScannerTrust } from '../device-signature.ts'
import { emptyHash } from '../hash-chain.ts'
import { listeningPorts } from '../listening-ports.ts'
import { callSbi, SbiCallFailed } from '../sbi-call.ts'
import { streamPictures } from '../sbi-stream.ts'
import { slaps, type Slap } from '../slaps.ts'
import { authenticationChecks, Checklist, registrationChecks, type ComplianceReport } from './checks.ts'

export interface RunOptions {
  port: number
  trust: ScannerTrust
  env: string
  /** what the device is made for */
  purpose: Purpose
  /** of an authentication capture: whose key the device is to seal to */
  domainUri: string
  timeoutMs: number
  /** tells the person at the device what to do, and waits until it is so */
  ask: (what: string) => Promise<void>
}

const streamMs = 3_000
const freeAgainMs = 10_000

/** @returns the report; a device that does not answer is a report too */
export async function runChecks(options: RunOptions): Promise<ComplianceReport> {
  const { port, trust, env, purpose } = options
  const list = new Checklist(purpose === 'Auth' ? authenticationChecks : registrationChecks)
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
  const question = { ports: { from: 4501, to: 4600 }, trust, env, purpose }
  const state = () => askService(port, { ...question, now: Date.now() })
  const asked = await state()
  list.tell('discovery', 'found' in asked, 'fault' in asked ? asked.fault : undefined)
  if (!('found' in asked)) return report()
  const scanner = asked.found
  list.tell('ready', scanner.status === 'Ready', scanner.status)

  if (purpose === 'Registration') await checkStream(scanner, list)
  await isReady(state)
  const rounds = purpose === 'Auth' ? authenticationRounds : registrationRounds
  await checkCaptures(scanner, { list, rounds, state }, options)
  return report(scanner)
}

/** One capture, and what a person has to do for it. */
interface Round {
  place: string
  /** the check that a capture of this kind passes or fails */
  told: 'capture' | 'exception'
  fingers: readonly string[]
  exceptions: readonly string[]
  deviceSubId: string
}

const roundOf = (slap: Slap, exceptions: readonly string[] = []): Round => ({
  place: exceptions.length > 0 ? `${slap}, without the little finger` : slap,
  told: exceptions.length > 0 ? 'exception' : 'capture',
  fingers: slaps[slap].fingers.filter((finger) => !exceptions.includes(finger)),
  exceptions,
  deviceSubId: slaps[slap].sub,
})
const registrationRounds = [
  roundOf('left'),
  roundOf('right'),
  roundOf('thumbs'),
  roundOf('left', ['Left LittleFinger']),
]
const oneFinger = { told: 'capture', exceptions: [], deviceSubId: '0' } as const
const authenticationRounds: Round[] = [
  { ...oneFinger, place: 'any finger', fingers: ['UNKNOWN'] },
  { ...oneFinger, place: 'the right index finger', fingers: ['Right IndexFinger'] },
]

interface Going {
  list: Checklist
  rounds: readonly Round[]
  state: () => ReturnType<typeof askService>
}

async function checkCaptures(
  scanner: Scanner,
  { list, rounds, state }: Going,
  options: RunOptions,
): Promise<void> {
  const { ask, purpose } = options
  let previousHash = emptyHash
  const keys: string[] = []
  for (const round of rounds) {
    await ask(`Place: ${round.place}`)
    const judged = await captureOnce(scanner, { ...round, previousHash }, options)
    if ('failed' in judged) {
      list.tell(round.told, false, judged.failed)
      continue
    }
    previousHash = judged.hash
    list.tell(round.told, judged.findings.length === 0, judged.findings[0]?.fault)
    for (const check of captureChecks) {
      const finding = judged.findings.find((one) => one.check === check)
      list.tell(check, !finding, finding && `${round.place}: ${finding.fault} ${finding.detail ?? ''}`.trim())
    }
    if (purpose === 'Auth') {
      list.tell(
        'sealed',
        judged.fingers.every(({ sessionKey, thumbprint }) => sessionKey && thumbprint),
      )
      keys.push(...judged.fingers.flatMap(({ sessionKey }) => (sessionKey ? [sessionKey] : [])))
    }
    await isReady(state)
  }
  if (purpose === 'Auth' && keys.length > 1)
    list.tell('fresh-key', new Set(keys).size === keys.length, 'the same key came twice')

  const [first] = rounds
  if (!first) return
  await ask('Take all fingers away')
  await captureOnce(scanner, { ...first, previousHash, signal: AbortSignal.timeout(500) }, options)
  list.tell('cancel', await isReady(state))
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

async function captureOnce(
  scanner: Scanner,
  {
    fingers,
    exceptions,
    deviceSubId,
    previousHash,
    signal,
  }: Round & { previousHash: string; signal?: AbortSignal },
  { env, trust, purpose, domainUri, timeoutMs }: RunOptions,
): Promise<Judged | { failed: string }> {
  const now = Date.now()
  const asked: AskedCapture = {
    ...{ transactionId: randomUUID(), env, purpose, previousHash, fingers },
    specVersion: scanner.dialect,
    ...{ serial: scanner.serial, certification: scanner.certification },
    ...(purpose === 'Auth' && { domainUri }),
  }
  const wish = { deviceSubId, exceptions, requestedScore: 40, timeoutMs, now }
  const verb = purpose === 'Auth' ? 'CAPTURE' : 'RCAPTURE'
  try {
    const answer = await callSbi({
      ...{ port: scanner.port, verb, path: '/capture', deadlineMs: timeoutMs + 5_000 },
      body: captureRequest(scanner, asked, wish),
      ...(signal && { signal }),
    })
    return await judgeCapture(answer, asked, { trust, now: Date.now() })
  } catch (error) {
    if (error instanceof SbiCallFailed) return { failed: `no answer: ${error.kind}` }
    throw error
  }
}
