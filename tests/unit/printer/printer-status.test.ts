/** The bytes that a printer says of itself, as the maker's reference numbers their bits. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultOfStatus, isPrintedByte, isStatusByte } from '../../../hardware/printer/printer-status.ts'

const good = 0x12

describe('what a printer says of itself', () => {
  it.each([
    ['all well', {}, undefined],
    ['paper nearly at its end', { 4: good | 0x0c }, undefined],
    ['no paper', { 1: good | 0x08, 4: good | 0x60 }, 'printer.paper-out'],
    ['stopped by the end of the paper', { 2: good | 0x20 }, 'printer.paper-out'],
    ['cover open, and so no paper', { 1: good | 0x08, 2: good | 0x04, 4: good | 0x60 }, 'printer.cover-open'],
    ['cutter', { 1: good | 0x08, 3: good | 0x08 }, 'printer.jammed'],
    ['unrecoverable', { 3: good | 0x20 }, 'printer.jammed'],
    ['head too hot, recovers by itself', { 3: good | 0x40 }, 'printer.jammed'],
    ['offline', { 1: good | 0x08 }, 'printer.offline'],
  ])('%s', (_what, answers, fault) => {
    expect(faultOfStatus({ 1: good, 2: good, 3: good, 4: good, ...answers })).toBe(fault)
  })

  it('is never taken for the answer that a slip is on paper', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (byte) => !(isStatusByte(byte) && isPrintedByte(byte))),
    )
    expect([isStatusByte(good), isPrintedByte(0x00), isPrintedByte(0x0f)]).toEqual([true, true, true])
  })
})
