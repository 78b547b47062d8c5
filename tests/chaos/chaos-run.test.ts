/** A small chaos run with a fixed seed; the large one is `npm run chaos -- --runs 500 --seed 1`. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compilePowerCut } from './power/powered-disk.ts'

const zLosses = z.object({ ok: z.boolean(), lost: z.number() })
const program = fileURLToPath(new URL('./main.ts', import.meta.url))
const layer = compilePowerCut()
const missing = 'missing' in layer ? layer.missing : undefined

async function chaos(...args: string[]): Promise<{ report: unknown; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, '--json', ...args]).catch(
    (error) => error,
  )
  return { report: JSON.parse(stdout), stderr }
}

test('random faults: what was called saved is at the issuer, once', async (context) => {
  if (missing !== undefined) return context.skip(missing)
  const { report, stderr } = await chaos('--runs', '5', '--seed', '3')
  const good = { runs: 5, seed: 3, lost: 0, doubled: 0, stuck: 0, trouble: [], ok: true }
  expect(report, stderr).toMatchObject(good)
}, 120_000)

test('without rule 4 the same run loses: the power cut is one', async (context) => {
  if (missing !== undefined) return context.skip(missing)
  const { report } = await chaos('--runs', '2', '--seed', '3', '--without-rule-4')
  // Requests that are gone, or a database that does not open any more, with everything that was in it.
  const { ok, lost } = zLosses.parse(report)
  expect(ok).toBe(false)
  expect(lost).toBeGreaterThan(0)
}, 120_000)
