import { describe, expect, test } from 'vitest'
import { serving, type Served } from '../../../hardware/device-roles.ts'
import type { DeviceRole } from '../../../hardware/z-device.ts'

const all: DeviceRole[] = ['both', 'staff', 'citizen']

describe('who is served by which device', () => {
  test.each<[DeviceRole[], Served | undefined, number[]]>([
    [[], 'citizen', []],
    [['both'], 'citizen', [0]],
    [['staff', 'citizen'], 'citizen', [1]],
    [['staff', 'citizen'], 'staff', [0]],
    [['both', 'citizen'], 'citizen', [1]],
    [['both', 'citizen'], 'staff', [0]],
    [['both', 'both'], 'staff', [0, 1]],
    [['staff', 'citizen'], undefined, [0, 1]],
    [['staff', 'citizen'], { id: '1' }, [1]],
    [['staff'], { id: '1' }, []],
  ])('%j for %j', (roles, served, expected) => {
    const devices = roles.map((role, index) => ({ role, index }))
    const idOf = ({ index }: { index: number }) => String(index)
    const roleOf = (id: string) => roles[Number(id)] ?? 'both'
    expect(serving(devices, served, { idOf, roleOf }).map(({ index }) => index)).toEqual(expected)
  })

  test.each(all)('one alone serves everybody, even when it is for %s', (role) => {
    for (const served of ['staff', 'citizen'] as const)
      expect(serving([role], served, { idOf: () => 'x', roleOf: () => role })).toEqual([role])
  })
})
