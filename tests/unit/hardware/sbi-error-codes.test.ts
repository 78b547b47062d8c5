import fc from 'fast-check'
import { expect, it } from 'vitest'
import { faultOfCode, isSuccess, knownCodes } from '../../../hardware/fingerprint/error-codes.ts'
import { zDeviceFault } from '../../../hardware/z-device.ts'

it('knows every code of both dialects', () => {
  const both = [...Array.from({ length: 13 }, (_, index) => String(100 + index)), '202']
  expect(both.filter((code) => !knownCodes.includes(code))).toEqual([])
})

it('gives a fault for whatever a device says', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (code) => {
      expect(zDeviceFault.options).toContain(faultOfCode(code))
    }),
  )
})

it('takes 0, 000 and nothing as success, and nothing else', () => {
  expect(['0', '000', ' 0 ', '', undefined].every(isSuccess)).toBe(true)
  expect(['1', '100', 'O', '-0'].some(isSuccess)).toBe(false)
})
