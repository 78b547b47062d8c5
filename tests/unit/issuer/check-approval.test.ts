/** Four eyes, as the issuer looks at them again. */
import { describe, expect, test } from 'vitest'
import { approvalReasons } from '../../../sync/approval-policy.ts'
import { approvalProblem } from '../../../sync/issuer/intake/check-approval.ts'

const staff = [
  { id: 'officer-1', role: 'officer' },
  { id: 'supervisor-1', role: 'supervisor' },
  { id: 'technician-1', role: 'technician' },
]
const exception = { finger: 'Left Thumb' as const, reason: 'missing' as const }
const packet = (supervisor: string | undefined, exceptions = [exception], officer = 'officer-1') => ({
  staff: { officer, ...(supervisor !== undefined && { supervisor }) },
  fingerprints: { captured: [], exceptions },
  portraitOverride: undefined,
})

describe('a packet', () => {
  test.each([
    ['exceptions', packet('supervisor-1'), undefined],
    ['exceptions', packet(undefined), 'approval-missing'],
    ['exceptions', packet(undefined, []), undefined],
    ['always', packet(undefined, []), 'approval-missing'],
    ['never', packet(undefined), undefined],
    // A name that stands there is looked at whatever the policy is.
    ['never', packet('officer-1', [], 'officer-2'), 'approval-not-genuine'],
    ['exceptions', packet('technician-1'), 'approval-not-genuine'],
    ['exceptions', packet('nobody'), 'approval-not-genuine'],
    ['exceptions', packet('supervisor-1', [exception], 'supervisor-1'), 'approval-not-genuine'],
  ] as const)('under "%s" is judged', (approval, given, problem) => {
    expect(
      approvalProblem(
        { ...given, staff: { ...given.staff }, fingerprints: given.fingerprints },
        { policy: { approval }, staff },
      ),
    ).toBe(problem)
  })
  test('with a portrait that the officer kept needs a second person', () => {
    const kept = { finding: 'portrait.blurred', reason: 'body-or-health' } as const
    const given = { ...packet(undefined, []), portraitOverride: kept }
    expect(approvalProblem(given, { policy: { approval: 'exceptions' }, staff })).toBe('approval-missing')
  })
})

test.each([
  ['never', 2, true, []],
  ['exceptions', 0, false, []],
  ['exceptions', 1, true, ['finger-exceptions', 'portrait-kept']],
  ['always', 0, false, ['policy']],
  ['always', 1, false, ['finger-exceptions']],
] as const)(
  '"%s" with %i exceptions and a kept portrait: %s asks for %j',
  (approval, exceptions, portraitKept, why) => {
    expect(approvalReasons({ approval }, { exceptions, portraitKept })).toEqual(why)
  },
)
