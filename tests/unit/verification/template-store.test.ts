import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault } from '../../../main/vault/vault.ts'
import { createTemplateStore } from '../../../main/verification/template-store.ts'
import { zRequestId } from '../../../sync/z-facts.ts'

const dayMs = 86_400_000
const request = zRequestId.parse('01JD8Z7Q4M5N6P7R8S9T0V1W2X')
const other = zRequestId.parse('01JD8Z7Q4M5N6P7R8S9T0V1W2Y')
const template = Buffer.concat([Buffer.from('FP3'), randomBytes(4_000)])
let folder = ''
let now = Date.parse('2026-03-01T09:00:00Z')
const clock = { now: () => now }
const files = () => readdir(join(folder, 'templates')).catch((): string[] => [])
const open = async () =>
  createTemplateStore({
    folder: join(folder, 'templates'),
    vault: await openVault({
      folder: join(folder, 'vault'),
      custody: fileCustody(join(folder, 'key')),
      random: randomBytes,
    }),
    clock,
    ttlDays: 90,
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'))
  now = Date.parse('2026-03-01T09:00:00Z')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('kept templates', () => {
  it('are there after a restart, for their request only, in the order of the hand', async () => {
    const store = await open()
    await store.save(request, 'Right IndexFinger', template)
    await store.save(request, 'Left IndexFinger', Buffer.from('FP3 left'))
    const kept = await (await open()).of(request)
    expect(kept.map(({ finger }) => finger)).toEqual(['Left IndexFinger', 'Right IndexFinger'])
    expect(Buffer.from(kept[1]?.template ?? []).equals(template)).toBe(true)
    expect(await store.of(other)).toEqual([])
  })

  it('lie on the disk without anything in the clear, not even a name', async () => {
    await (await open()).save(request, 'Right Thumb', template)
    const [name = ''] = await files()
    expect(name).toMatch(/^[0-9a-f]{64}\.template$/)
    const path = join(folder, 'templates', name)
    const bytes = await readFile(path)
    for (const clear of ['FP3', 'Thumb', request, template.toString('base64').slice(0, 40)]) {
      expect(bytes.includes(clear), clear).toBe(false)
    }
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('are not used from their expiry on, and then deleted', async () => {
    const store = await open()
    await store.save(request, 'Right Thumb', template)
    now += 90 * dayMs - 1
    expect(await store.of(request)).toHaveLength(1)
    expect(await store.expire()).toBe(0)
    now += 1
    expect(await store.of(request)).toEqual([])
    expect(await files()).toHaveLength(1)
    expect(await store.expire()).toBe(1)
    expect(await files()).toEqual([])
  })

  it('are not used while the clock stands before their saving', async () => {
    const store = await open()
    await store.save(request, 'Right Thumb', template)
    now -= 30 * dayMs
    expect(await store.of(request)).toEqual([])
    expect(await store.expire()).toBe(0)
  })

  it('are replaced finger by finger, and deleted by request', async () => {
    const store = await open()
    await store.save(request, 'Right Thumb', Buffer.from('FP3 old'))
    await store.save(request, 'Right Thumb', Buffer.from('FP3 new'))
    await store.save(other, 'Right Thumb', template)
    const [kept] = await store.of(request)
    expect(Buffer.from(kept?.template ?? []).toString()).toBe('FP3 new')
    await store.remove(request)
    await store.remove(request)
    expect(await store.of(request)).toEqual([])
    expect(await store.of(other)).toHaveLength(1)
  })

  it('that were put in another’s place or damaged are used by nobody, and deleted', async () => {
    const store = await open()
    await store.save(request, 'Right Thumb', template)
    const [mine = ''] = await files()
    await store.save(other, 'Right Thumb', template)
    const theirs = (await files()).find((name) => name !== mine) ?? ''
    await rename(join(folder, 'templates', theirs), join(folder, 'templates', mine))
    expect(await store.of(request)).toEqual([])
    await writeFile(join(folder, 'templates', `${'0'.repeat(64)}.template`), 'torn')
    expect(await store.expire()).toBe(2)
  })

  it('that the disk has no room for are told', async () => {
    const store = createTemplateStore({
      folder: join(folder, 'key', 'below a file'),
      vault: await openVault({
        folder: join(folder, 'vault'),
        custody: fileCustody(join(folder, 'key')),
        random: randomBytes,
      }),
      clock,
      ttlDays: 90,
    })
    const saved = await store.save(request, 'Right Thumb', template)
    expect(saved._unsafeUnwrapErr()).toEqual({ code: 'save.failed' })
  })
})
