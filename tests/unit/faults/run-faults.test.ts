/** The fault run counts what it is there to find. */
import { expect, test } from 'vitest'
import type { DeviceFault } from '../../../hardware/z-device.ts'
import type { Lane } from '../../faults/lane.ts'
import { runFaults } from '../../faults/run-faults.ts'

const laneThatTells = (cause: DeviceFault | undefined, works = () => Promise.resolve()): Lane => ({
  device: 'hid',
  faults: [{ name: 'mute', expected: ['hid.silent'], deadlineMs: 1_000, play: () => Promise.resolve(cause) }],
  works,
  close: () => Promise.resolve(),
})
const run = (lane: Lane) =>
  runFaults({
    ...{ lanes: [lane], runs: 3, seed: 1, say: () => undefined },
    hasText: (cause) => cause !== 'hid.failed',
  })

test.each([
  ['the true cause', 'hid.silent', { withoutText: 0, wrongCause: 0 }],
  ['another cause', 'hid.denied', { withoutText: 0, wrongCause: 3 }],
  ['a cause without a text', 'hid.failed', { withoutText: 3, wrongCause: 0 }],
  ['nothing', undefined, { withoutText: 3, wrongCause: 0 }],
] as const)('%s is counted for what it is', async (_what, cause, counted) => {
  expect(await run(laneThatTells(cause))).toMatchObject({ runs: 3, hung: 0, notRecovered: 0, ...counted })
})

test('a device that does not work afterwards is counted', async () => {
  const broken = laneThatTells('hid.silent', () => Promise.reject(new Error('dead')))
  expect(await run(broken)).toMatchObject({ notRecovered: 3, wrongCause: 0 })
})
