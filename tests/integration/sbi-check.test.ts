/** `npm run sbi-check` against the simulator: it passes a good scanner, and fails a bad one for the right reason. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startSimulator, type Simulator } from './simulator-process.ts'

const main = fileURLToPath(new URL('../../hardware/fingerprint/compliance/main.ts', import.meta.url))
const zReport = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), level: z.string(), verdict: z.string() })),
})
let folder = ''
let simulator: Simulator

async function check(device = 0, more: readonly string[] = []) {
  const json = join(folder, 'report.json')
  const markdown = join(folder, 'report.md')
  const ports = z.array(z.number()).parse(simulator.ready['sbiPorts'])
  const roots = ['--root', join(folder, 'root.pem'), '--ftm-root', join(folder, 'ftm.pem')]
  const files = ['--json', json, '--markdown', markdown, '--yes', '--timeout', '1500']
  const child = spawn(process.execPath, [
    ...[main, '--address', `127.0.0.1:${ports[device]}`],
    ...[...roots, ...files, ...more],
  ])
  let table = ''
  child.stdout.on('data', (chunk: Buffer) => (table += chunk.toString('utf8')))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const report = zReport.parse(JSON.parse(readFileSync(json, 'utf8')))
  const failed = report.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)
  return { code, table, report, failed, markdown: readFileSync(markdown, 'utf8') }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sbi-check-'))
  const devices = ['--device', 'dialect=0.9.5', '--device', 'dialect=1.0,keys=secure']
  devices.push('--device', 'dialect=1.0,purpose=Auth')
  simulator = await startSimulator('sbi', ['--from', '4581', '--to', '4590', ...devices])
  writeFileSync(join(folder, 'root.pem'), z.string().parse(simulator.ready['root']))
  writeFileSync(join(folder, 'ftm.pem'), z.string().parse(simulator.ready['ftmRoot']))
})
afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the compliance check', () => {
  it.each([0, 1])('passes scanner %i, which does all it must', async (device) => {
    const { code, table, report, failed, markdown } = await check(device)
    expect(failed).toEqual([])
    expect(report.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(code).toBe(0)
    expect(table).toContain('can be used')
    expect(markdown).toContain('| hash-chain | must | ok |')
  })

  it.each([
    ['broken-hash', ['capture', 'hash-chain', 'exception']],
    ['clock', ['capture', 'timestamp', 'exception']],
    ['foreign-callback', ['discovery']],
    ['stream-garbage', ['stream', 'stream-rate']],
  ])('fails a scanner with %s', async (fault, names) => {
    await simulator.post('/fault', { fault })
    const { code, failed } = await check()
    await simulator.post('/fault', { fault: null })
    expect(failed).toEqual(names)
    expect(code).toBe(1)
  })

  it('passes a scanner for authentication as one, and as no other', async () => {
    const { code, report, markdown } = await check(2, ['--purpose', 'Auth'])
    expect(report.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    expect(code).toBe(0)
    expect(markdown).toContain('| fresh-key | must | ok |')
    expect(markdown).not.toContain('| stream |')
    expect(await check(2)).toMatchObject({ code: 1, failed: ['discovery'] })
    await simulator.post('/fault', { device: 2, fault: 'wrong-transaction' })
    expect((await check(2, ['--purpose', 'Auth'])).failed).toEqual(['transaction', 'capture'])
    await simulator.post('/fault', { device: 2, fault: null })
  })

  it('tells a wrong call from a bad device', async () => {
    const child = spawn(process.execPath, [main, '--address', 'example.org:80'])
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2)
  })
})
