import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuditLog, type AuditLog } from '../../../main/audit/audit-log.ts'
import { openLockoutBook } from '../../../main/staff/lockout-book.ts'
import { createStaffService } from '../../../main/staff/staff-service.ts'
import type { StaffMember } from '../../../main/staff/z-staff-list.ts'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault } from '../../../main/vault/vault.ts'

let folder: string
let audit: AuditLog
let now: number
let verified: string[]
const pin = '246810'
const members: StaffMember[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'staff-'))
  now = Date.UTC(2026, 0, 1)
  verified = []
  audit = await openAuditLog({ path: join(folder, 'audit.jsonl'), clock: { now: () => now } })
  members[0] ??= { id: 'officer-1', name: 'Pema Dorji', role: 'officer', pin: await hash(pin) }
})
afterEach(async () => {
  await audit.close()
  await rm(folder, { recursive: true })
})

/** As after a start of the kiosk: everything is read from the disk again. */
async function start(list: readonly StaffMember[] = members) {
  const custody = fileCustody(join(folder, 'vault.key'))
  const vault = await openVault({ folder: join(folder, 'vault'), custody, random: randomBytes })
  return createStaffService({
    members: async () => list,
    book: await openLockoutBook(vault),
    verifyPin: (phc, given) => {
      verified.push(phc)
      return verify(phc, given)
    },
    decoy: '$argon2id$decoy',
    clock: { now: () => now },
    audit,
  })
}

const codeOf = async (signingIn: ReturnType<Awaited<ReturnType<typeof start>>['signIn']>) => {
  const result = await signingIn
  return result.isOk() ? result.value.id : [result.error.code, result.error.detail]
}

describe('signing in', () => {
  test('the right PIN, whatever spaces surround the name', async () => {
    const staff = await start()
    expect(await codeOf(staff.signIn(' Pema Dorji ', pin))).toBe('officer-1')
  })

  test('five wrong PINs, then a wait in which even the right one is not looked at, across a restart', async () => {
    let staff = await start()
    for (const triesLeft of [4, 3, 2, 1]) {
      expect(await codeOf(staff.signIn('Pema Dorji', '0'))).toEqual(['sign-in.wrong-pin', { triesLeft }])
    }
    expect(await codeOf(staff.signIn('Pema Dorji', '0'))).toEqual(['sign-in.locked', { seconds: 15 }])
    const looked = verified.length
    staff = await start()
    now += 5_000
    expect(await codeOf(staff.signIn('Pema Dorji', pin))).toEqual(['sign-in.locked', { seconds: 10 }])
    now -= 3_600_000
    expect(await codeOf(staff.signIn('Pema Dorji', pin))).toEqual(['sign-in.locked', { seconds: 10 }])
    expect(verified.length).toBe(looked)
    now += 10_000
    expect(await codeOf(staff.signIn('Pema Dorji', '0'))).toEqual(['sign-in.locked', { seconds: 30 }])
    now += 30_000
    expect(await codeOf(staff.signIn('Pema Dorji', pin))).toBe('officer-1')
    expect(await codeOf(staff.signIn('Pema Dorji', '0'))).toEqual(['sign-in.wrong-pin', { triesLeft: 4 }])
  })

  test('a name that nobody has gets the same answers after the same work', async () => {
    const staff = await start()
    const known = []
    const unknown = []
    for (let i = 0; i < 6; i += 1) known.push(await codeOf(staff.signIn('Pema Dorji', '0')))
    const work = verified.splice(0)
    for (let i = 0; i < 6; i += 1) unknown.push(await codeOf(staff.signIn('Nobody', '0')))
    expect(unknown).toEqual(known)
    expect(verified).toEqual(work)
  })

  test('without a staff list a name costs a check as well', async () => {
    const staff = await start([])
    await staff.signIn('Pema Dorji', pin).catch(() => undefined)
    expect(verified).toEqual(['$argon2id$decoy'])
  })

  test('guesses side by side are counted one by one', async () => {
    const staff = await start()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(staff.signIn('Pema Dorji', '0'))),
    )
    expect(answers.map((answer) => answer[0])).toEqual([
      ...Array.from({ length: 4 }, () => 'sign-in.wrong-pin'),
      'sign-in.locked',
      'sign-in.locked',
    ])
    expect(verified).toHaveLength(5)
  })

  test('a failure is on the disk before the PIN is looked at', async () => {
    const staff = await start()
    const interrupted = createStaffService({
      members: async () => members,
      book: await openLockoutBook(
        await openVault({
          folder: join(folder, 'vault'),
          custody: fileCustody(join(folder, 'vault.key')),
          random: randomBytes,
        }),
      ),
      verifyPin: () => Promise.reject(new Error('the plug was pulled')),
      decoy: '',
      clock: { now: () => now },
      audit,
    })
    await expect(interrupted.signIn('Pema Dorji', pin)).rejects.toThrow('plug')
    expect(await staff.names()).toEqual(['Pema Dorji'])
    expect(await codeOf((await start()).signIn('Pema Dorji', '0'))).toEqual([
      'sign-in.wrong-pin',
      { triesLeft: 3 },
    ])
  })
})
