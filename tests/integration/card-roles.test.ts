/** Two readers behind a real pcscd: the officer's and the citizen's, by their serial numbers. */
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import { createDeviceManager, type ManagedDevice } from '../../hardware/manager.ts'
import { createCardSlot, type CardSlot } from '../../hardware/simulators/card/card-slot.ts'
import { demoCitizen, otherCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { personaliseCard } from '../../hardware/simulators/card/personalise.ts'
import { startPcscd, type Pcscd } from '../../hardware/simulators/card/pcscd.ts'
import { createVirtualCard } from '../../hardware/simulators/card/virtual-card.ts'
import { openDeviceBook } from '../../main/devices/device-book.ts'
import { createCardWorld } from './card-world.ts'

const { folder, issuerKey, trusted } = await createCardWorld()
const genuine = await personaliseCard({ claims: demoCitizen.claims, issuerKey })
const other = await personaliseCard({ claims: otherCitizen.claims, issuerKey })
const socket = join(folder, 'two.comm')
const ended: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
})

/** A client knows one path; each new daemon has its own socket behind it. */
async function plug(readers: string[]): Promise<Pcscd & { slots: CardSlot[] }> {
  const daemon = await startPcscd({ readers })
  ended.push(() => daemon.close())
  await rm(socket, { force: true })
  await symlink(daemon.socket, socket)
  const slots = daemon.ports.map((port) =>
    createCardSlot(port, (name) => createVirtualCard(name === 'other-citizen' ? other : genuine)),
  )
  return { ...daemon, slots }
}

const none: ManagedDevice = {
  device: () => ({ kind: 'fingerprint-scanner', state: 'starting' }),
  onChange: () => () => undefined,
  close: () => Promise.resolve(),
}

/** As the host puts them together. */
async function start() {
  const book = await openDeviceBook(join(folder, 'devices.json'), () => expect.unreachable())
  const reader = openCardReader({ socket, roleOf: (id) => book.of(id).role ?? 'both' })
  const manager = createDeviceManager({ cards: reader, fingers: none, book })
  ended.push(() => manager.close())
  const readers = () => manager.list().filter(({ kind }) => kind === 'card-reader')
  return { reader, manager, readers }
}
const wait = { timeout: 8_000, interval: 30 }
const who = async (reader: ReturnType<typeof openCardReader>, served: 'staff' | 'citizen', waitMs = 6_000) =>
  (await reader.readIdentity({ trusted, waitMs, served })).map(({ claims }) => claims)

it('gives each flow the reader that is meant for it, over a restart and in other sockets', async () => {
  const first = await plug(['Desk Reader (ST-0001)', 'Kiosk Reader (CI-0002)'])
  const before = await start()
  await expect.poll(before.readers, wait).toMatchObject([
    { id: 'card-reader:ST-0001', name: 'Desk Reader', serial: 'ST-0001', knownBy: 'serial', role: 'both' },
    { id: 'card-reader:CI-0002', name: 'Kiosk Reader', serial: 'CI-0002', state: 'ready' },
  ])
  expect(await before.manager.setRole('card-reader:ST-0001', 'staff')).toBe(true)
  expect(await before.manager.setRole('card-reader:CI-0002', 'citizen')).toBe(true)
  await first.slots[0]?.insert('genuine')
  await expect.poll(before.readers, wait).toMatchObject([{ holdsCard: true }, { holdsCard: false }])
  // What lies on the officer's reader is not the citizen's.
  expect(await who(before.reader, 'citizen', 300)).toMatchObject({ error: 'card.absent' })
  expect(await who(before.reader, 'staff')).toMatchObject({ value: demoCitizen.claims })
  await first.slots[1]?.insert('other-citizen')
  expect(await who(before.reader, 'citizen')).toMatchObject({ value: otherCitizen.claims })
  expect(before.readers()).toMatchObject([{ lastUse: expect.any(String) }, { lastUse: expect.any(String) }])
  await before.manager.close()
  await first.close()

  const second = await plug(['Kiosk Reader (CI-0002)', 'Desk Reader (ST-0001)'])
  const after = await start()
  await expect.poll(after.readers, wait).toMatchObject([
    { id: 'card-reader:CI-0002', role: 'citizen', lastUse: expect.any(String) },
    { id: 'card-reader:ST-0001', role: 'staff' },
  ])
  await second.slots[0]?.insert('other-citizen')
  await second.slots[1]?.insert('genuine')
  expect(await who(after.reader, 'citizen')).toMatchObject({ value: otherCitizen.claims })
  expect(await who(after.reader, 'staff')).toMatchObject({ value: demoCitizen.claims })
}, 40_000)

it('lets one reader serve both, and tells that the other one is gone', async () => {
  const first = await plug(['Reader (LONE-1)', 'Reader (LONE-2)'])
  const { reader, manager, readers } = await start()
  await expect.poll(readers, wait).toMatchObject([{ serial: 'LONE-1' }, { serial: 'LONE-2' }])
  await manager.setRole('card-reader:LONE-1', 'staff')
  await manager.setRole('card-reader:LONE-2', 'citizen')
  await first.close()
  const second = await plug(['Reader (LONE-1)'])
  await expect.poll(readers, wait).toMatchObject([
    { state: 'ready', serial: 'LONE-1' },
    { state: 'gone', serial: 'LONE-2', cause: 'card.no-reader', since: expect.any(String) },
  ])
  await second.slots[0]?.insert('genuine')
  expect(await who(reader, 'citizen')).toMatchObject({ value: demoCitizen.claims })
  expect(await who(reader, 'staff')).toMatchObject({ value: demoCitizen.claims })
}, 30_000)

it('reads the card that was swapped in a moment ago', async () => {
  const { slots } = await plug(['Reader'])
  const { reader, readers } = await start()
  await expect.poll(readers, wait).toMatchObject([{ name: 'Reader 00', knownBy: 'name' }])
  for (const [card, { claims }] of [
    ['genuine', demoCitizen],
    ['other-citizen', otherCitizen],
    ['genuine', demoCitizen],
    ['other-citizen', otherCitizen],
  ] as const) {
    await slots[0]?.insert(card)
    expect(await who(reader, 'citizen')).toMatchObject({ value: claims })
  }
}, 30_000)
