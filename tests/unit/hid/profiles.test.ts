/** Every profile that comes with the kiosk, and how one is found for a device. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { collide, loadProfiles, ownProfiles, profileOf } from '../../../hardware/hid/profiles.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiosk-profiles-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { profiles, faulty } = loadProfiles()
const idOf = (vendorId: number, productId: number, usagePage?: number, usage?: number) =>
  profileOf(profiles, { vendorId, productId, usagePage, usage })?.id

describe('the profiles', () => {
  it('are all as the schema says, each in a file of its own name', () => {
    expect(faulty).toEqual([])
    const names = readdirSync(ownProfiles).sort()
    expect(profiles.map(({ id }) => `${id}.json`).sort()).toEqual(names)
  })

  it('never claim the same device with the same right', () => {
    for (const one of profiles) {
      expect(profiles.filter((other) => other !== one && collide(one, other)).map(({ id }) => id)).toEqual([])
    }
    const [first] = profiles
    if (!first) throw new Error('no profile')
    expect(collide(first, { ...first, id: 'twin' })).toBe(true)
  })

  it.each([
    ['the very model goes before its class', idOf(0x0c2e, 0x0b8f, 0x8c, 2), 'honeywell-hid-pos'],
    ['any scanner in HID POS mode is known', idOf(0x05f9, 0x4204, 0x8c, 2), 'hid-pos'],
    ['another interface of a known model is left alone', idOf(0x0c2e, 0x0b8f, 1, 6), undefined],
    ['a keyboard is left alone', idOf(0x046d, 0xc31c, 1, 6), undefined],
    ['a model that was added with nothing but a file', idOf(0x0c27, 0x3bfa, 1, 6), 'rfideas-pcprox'],
  ])('%s', (_what, is, wanted) => expect(is).toBe(wanted))

  it('from another folder go before these; a bad file is named and takes nothing away', () => {
    const [first] = profiles
    writeFileSync(join(folder, 'mine.json'), JSON.stringify({ id: 'mine', model: 'no layout' }))
    writeFileSync(join(folder, 'broken.json'), '{')
    const loaded = loadProfiles([ownProfiles, folder, join(folder, 'not-there')])
    expect(loaded.profiles).toHaveLength(profiles.length)
    expect(loaded.faulty.map(({ file }) => file.slice(folder.length + 1))).toEqual([
      'broken.json',
      'mine.json',
    ])
    expect(first).toBeDefined()
  })
})

describe('the udev rules', () => {
  it('let the kiosk open every maker that has a profile', () => {
    const rules = readFileSync(new URL('../../../docs/udev/70-id-kiosk.rules', import.meta.url), 'utf8')
    for (const { id, match } of profiles) {
      if ('vendor' in match)
        expect(rules, id).toContain(`KERNEL=="hidraw*", ATTRS{idVendor}=="${match.vendor}"`)
    }
  })
})
