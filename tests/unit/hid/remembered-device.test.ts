import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseDevice, openDeviceMemory } from '../../../hardware/hid/remembered-device.ts'
import type { Attached } from '../../../hardware/hid/z-hid.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiosk-memory-'))
afterAll(() => rmSync(folder, { recursive: true }))
const device = (
  key: string,
  state: Attached['state'] = 'open',
  yields: Attached['yields'] = 'code',
): Attached => ({
  ...{ key, state, yields, name: key, canIdentify: false },
})

describe('which device does the work', () => {
  it.each([
    ['the remembered one', [device('a'), device('b')], 'b', 'b'],
    ['the remembered one although it has trouble', [device('a'), device('b', 'silent')], 'b', 'b'],
    ['one that works, when the remembered one is gone', [device('a', 'denied'), device('c')], 'b', 'c'],
    ['the first, when none works', [device('a', 'denied'), device('c', 'failed')], undefined, 'a'],
    ['none of another kind', [device('a', 'open', 'card-uid')], 'a', undefined],
  ])('%s', (_what, attached, remembered, wanted) => {
    expect(chooseDevice(attached, 'code', remembered)?.key).toBe(wanted)
  })

  it('is remembered over a restart; a file that makes no sense is begun anew', () => {
    const path = join(folder, 'deeper', 'devices.json')
    openDeviceMemory(path).remember('code', '0c2e:0b8f:7')
    expect(openDeviceMemory(path).of('code')).toBe('0c2e:0b8f:7')
    expect(openDeviceMemory(path).of('card-uid')).toBeUndefined()
    writeFileSync(path, '[1]')
    expect(openDeviceMemory(path).of('code')).toBeUndefined()
  })
})
