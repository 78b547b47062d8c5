import { describe, expect, test } from 'vitest'
import { physicalReaders } from '../../../hardware/card/physical-readers.ts'

const of = (...names: string[]) =>
  physicalReaders(names.map((name) => ({ name, holdsCard: false }))).map(({ name, serial, slots }) => [
    name,
    serial,
    slots.length,
  ])

describe('the readers behind the slots of PC/SC', () => {
  test.each<[string[], [string, string | undefined, number][]]>([
    [['Virtual PCD 00 00', 'Virtual PCD 00 01'], [['Virtual PCD 00', undefined, 2]]],
    [
      ['ACS ACR39U 00 00', 'ACS ACR39U 01 00'],
      [
        ['ACS ACR39U 00', undefined, 1],
        ['ACS ACR39U 01', undefined, 1],
      ],
    ],
    [['Gemalto PC Twin Reader (40B2A6C3) 01 00'], [['Gemalto PC Twin Reader', '40B2A6C3', 1]]],
    [
      ['HID OMNIKEY 5422 [OMNIKEY 5422CL] (KP0001) 00 00', 'HID OMNIKEY 5422 [OMNIKEY 5422] (KP0001) 01 00'],
      [['HID OMNIKEY 5422 [OMNIKEY 5422CL]', 'KP0001', 2]],
    ],
    [
      ['Some Reader (for cards of all kinds) 00 00'],
      [['Some Reader (for cards of all kinds) 00', undefined, 1]],
    ],
    [['(A1B2) 00 00'], [['(A1B2)', 'A1B2', 1]]],
    [['Windows Reader 0'], [['Windows Reader 0', undefined, 1]]],
    [[''], [['', undefined, 1]]],
    [[], []],
  ])('%j', (names, readers) => {
    expect(of(...names)).toEqual(readers)
  })
})
