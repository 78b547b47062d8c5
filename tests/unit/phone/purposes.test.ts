import fc from 'fast-check'
import { expect, test } from 'vitest'
import { claimsOfPurposes } from '../../../main/credentials/purposes.ts'
import { zClaimName } from '../../../main/credentials/z-foundational.ts'
import { purposeOf, tooMuchFor } from '../../../renderer/phone/protocol/purposes.ts'

test('the phone lets each purpose have what the issuer says that it needs, and nothing more', () => {
  for (const [name, needed] of Object.entries(claimsOfPurposes)) {
    const purpose = purposeOf(name)
    if (!purpose) throw new Error(`The phone does not know ${name}`)
    const more: string[] = zClaimName.options.filter((claim) => !needed.some((one) => one === claim))
    expect(tooMuchFor(purpose, zClaimName.options)).toEqual(more)
  }
})

test('nothing else is a purpose', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      fc.pre(!(name in claimsOfPurposes))
      expect(purposeOf(name)).toBeUndefined()
    }),
  )
})
