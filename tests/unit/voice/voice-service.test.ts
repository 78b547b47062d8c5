/** Recordings on the disk: kept, replaced, removed, found again after a restart, and never played when they were changed. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openVoice } from '../../../main/voice/voice-service.ts'
import { wavOf } from './sounds-of-files.ts'

const staff = { id: 'technician-1', name: 'Karma', role: 'technician' } as const
const name = { key: 'citizen.choose.title', language: 'dz' } as const
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
let folder: string
let told: unknown[]
let troubles: number
const open = () =>
  openVoice({
    folder,
    audit: {
      record: async (event, facts) => {
        told.push([event, facts])
      },
    },
    onTrouble: () => (troubles += 1),
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voice-'))
  told = []
  troubles = 0
})
afterEach(() => rm(folder, { recursive: true }))

test('one recording: kept, there after a restart, replaced, removed', async () => {
  const first = wavOf(0.5)
  const second = wavOf(0.7)
  expect((await (await open()).keep(staff, name, first)).isOk()).toBe(true)
  const voice = await open()
  expect(voice.list()).toMatchObject([{ ...name, type: 'audio/wav', seconds: 0.5, sha256: hash(first) }])
  const heard = await voice.audio(name)
  expect(heard._unsafeUnwrap().base64).toBe(first.toString('base64'))

  await voice.keep(staff, name, second)
  expect(voice.list()).toHaveLength(1)
  expect((await readdir(folder)).toSorted()).toEqual([hash(second), 'recordings.json'].toSorted())
  await voice.remove(staff, name)
  expect(voice.list()).toEqual([])
  expect(await readdir(folder)).toEqual(['recordings.json'])
  expect((await voice.audio(name))._unsafeUnwrapErr().code).toBe('voice.missing')
  const facts = { staff: 'technician-1', text: name.key, language: 'dz' }
  expect(told).toEqual([
    ['voice.kept', facts],
    ['voice.kept', facts],
    ['voice.removed', facts],
  ])
})

test('one file that reads two texts stays while one of them needs it', async () => {
  const voice = await open()
  const bytes = wavOf(0.2)
  await voice.keep(staff, name, bytes)
  await voice.keep(staff, { ...name, language: 'ne' }, bytes)
  await voice.remove(staff, name)
  expect((await voice.audio({ ...name, language: 'ne' })).isOk()).toBe(true)
})

test('what is no sound changes nothing', async () => {
  const voice = await open()
  await voice.keep(staff, name, wavOf(0.2))
  expect((await voice.keep(staff, name, Buffer.from('no sound')))._unsafeUnwrapErr().code).toBe(
    'voice.not-audio',
  )
  expect((await voice.audio(name)).isOk()).toBe(true)
})

test('a file that was changed on the disk is not played, and a list of nonsense is begun anew', async () => {
  const voice = await open()
  const bytes = wavOf(0.2)
  await voice.keep(staff, name, bytes)
  await writeFile(join(folder, hash(bytes)), 'something else')
  expect((await voice.audio(name))._unsafeUnwrapErr().code).toBe('voice.missing')
  await writeFile(join(folder, 'recordings.json'), '[{"key":"../../etc/passwd"}]')
  expect((await open()).list()).toEqual([])
  expect(troubles).toBe(1)
})
