/** The virtual printer reads what comes over the cable; whatever it is, it must not fall over. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInterpreter } from '../../../hardware/simulators/printer/escpos.ts'

describe('the virtual printer', () => {
  it('reads a command that comes byte by byte', () => {
    const whole = createInterpreter(8, () => 0x12)
    const slip = Uint8Array.of(0x1b, 0x40, 0x1d, 0x76, 0x30, 0, 1, 0, 2, 0, 0xff, 0x81, 0x1d, 0x56, 1)
    for (const byte of slip) whole.take(Uint8Array.of(byte))
    expect(whole.slips()).toHaveLength(1)
    expect(whole.slips()[0]?.rows()).toBe(2)
    expect(whole.unexpected()).toBe(0)
  })

  it('answers how it is, and counts what it does not know', () => {
    const printer = createInterpreter(8, (n) => 0x10 + n)
    expect(printer.take(Uint8Array.of(0x10, 0x04, 2))).toEqual([Uint8Array.of(0x12)])
    printer.take(Uint8Array.of(0x41, 0x1b, 0x7f))
    expect(printer.unexpected()).toBeGreaterThanOrEqual(2)
  })

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (pieces) => {
        const printer = createInterpreter(16, () => undefined)
        for (const piece of pieces) printer.take(piece)
        expect(printer.slips().length).toBeLessThanOrEqual(20)
      }),
    )
  })
})
