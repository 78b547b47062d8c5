/** Which camera serves for what, over a restart and on a full disk. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCameraChoices } from '../../../main/devices/camera-choices.ts'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault, type Vault } from '../../../main/vault/vault.ts'

const lid = { deviceId: 'a1', label: 'Lid camera (0408:a061)' }
const desk = { deviceId: 'b2', label: 'Desk camera' }
let folder: string
const open = () =>
  openVault({ folder: join(folder, 'vault'), custody: fileCustody(join(folder, 'key')), random: randomBytes })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiosk-cameras-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('what was chosen for each work is there after a restart, and can be given up', async () => {
  const book = await openCameraChoices(await open())
  expect(book.all()).toEqual({})
  await book.choose('citizen', lid)
  await book.choose('portrait', desk)
  const again = await openCameraChoices(await open())
  expect(again.all()).toEqual({ citizen: lid, portrait: desk })
  await again.choose('citizen', undefined)
  expect((await openCameraChoices(await open())).all()).toEqual({ portrait: desk })
})

test('a choice that could not be written is none', async () => {
  const full: Vault = {
    ...(await open()),
    write: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
  }
  const book = await openCameraChoices(full)
  const chosen = await book.choose('citizen', lid)
  expect(chosen.isErr() && chosen.error.code).toBe('save.disk-full')
  expect(book.all()).toEqual({})
})
