/** The card reader of the kiosk: the office card, read and checked, through PC/SC. */
import { createHash } from 'node:crypto'
import type { JWK } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { deviceId } from '../device-id.ts'
import type { RoleOf, Served } from '../device-roles.ts'
import type { CardIdentity, CardReaderPort, RecognisedCard } from '../ports.ts'
import type { DriverDevice, DeviceFault } from '../z-device.ts'
import { findCard, type CardPlace } from './find-card.ts'
import { createUses } from '../uses.ts'
import { checkIdentityFile } from './identity-file.ts'
import { faultOf, type Trouble } from './faults.ts'
import { exchange, selectApplication, takesExtendedLength, type Transmit } from './iso7816.ts'
import { cardApplication, cardFiles } from './layout.ts'
import { createPcscClient, type PcscClient, type PcscOptions } from './pcsc-client.ts'
import { physicalReaders, type PhysicalReader } from './physical-readers.ts'
import { readFile, type Reading } from './read-file.ts'
import { passwordOf } from './travel-document/access-key.ts'
import { documentFault, talkInClear } from './travel-document/conversation.ts'
import { isTravelDocument } from './travel-document/open-access.ts'
import { readTravelDocument } from './travel-document/read-travel-document.ts'

interface Waiting {
  served?: Served | undefined
  waitMs: number
  signal?: AbortSignal | undefined
  /** for each command, instead of the usual deadline */
  withinMs?: number
}

/** A card that is connected. */
interface Connected {
  transmit: Transmit<Trouble>
  extended: boolean
}
interface Chip extends Connected {
  /** connects it once more */
  again(): Promise<Result<Connected, DeviceFault>>
}

/** Chips calculate for a second or more, and after a wrong key they make whoever asks wait, ms. */
const documentDeadlineMs = 9_000

/** After a card was swapped, PC/SC goes on telling the one before for so long, ms. */
const swapMs = 1_200
const mostSwaps = 2
/** What is told of a card that was already gone when it was to be read. */
const alreadyGone: ReadonlySet<DeviceFault> = new Set(['card.removed', 'card.unreadable'])

export interface CardReaderOptions extends PcscOptions {
  /** whom each reader serves; without it each serves everybody */
  roleOf?: RoleOf
}

/**
 * Opens the card readers, whichever are attached now or later. Never fails: what is missing is told by `device()` and by
 * each read.
 */
export function openCardReader(parts: CardReaderOptions = {}): CardReaderPort {
  const pcsc = createPcscClient(parts)
  const listeners = new Set<(device: DriverDevice) => void>()
  const { roleOf = () => 'both' as const } = parts
  const uses = createUses('card-reader')
  /** id of the reader that is talked to */
  let reading: string | undefined
  let before: Promise<unknown> = Promise.resolve()

  const devices = () => devicesOf(pcsc, reading)
  const device = () => foremost(devices())
  const tell = () => {
    for (const listener of [...listeners]) listener(device())
  }
  pcsc.onChange(tell)

  async function converse<T>(
    { reader, slot }: CardPlace,
    { signal, withinMs }: Waiting,
    work: (chip: Chip) => Promise<Result<T, DeviceFault>>,
  ): Promise<{ result: Result<T, DeviceFault>; answers: number }> {
    const said = { answers: 0 }
    reading = idOf(reader)
    tell()
    try {
      const connect = () => connectChip(pcsc, { slot, signal, withinMs, said })
      const chip = await connect()
      const result = chip.isOk() ? await work({ ...chip.value, again: connect }) : err(chip.error)
      if (result.isOk()) uses.told(reader)
      return { result, answers: said.answers }
    } finally {
      await pcsc.disconnect()
      reading = undefined
      tell()
    }
  }

  /** Waits for a card and talks to it; to the next one, where the one that was told had been swapped for it. */
  async function attempt<T>(options: Waiting, work: (chip: Chip) => Promise<Result<T, DeviceFault>>) {
    const end = performance.now() + options.waitMs
    const left = () => Math.max(0, end - performance.now())
    let waitMs = options.waitMs
    let swapped: Result<T, DeviceFault> | undefined
    for (let swaps = 0; ; swaps++) {
      const place = await findCard({ ...options, pcsc, roleOf, waitMs })
      if (place.isErr()) return place.error === 'card.absent' && swapped ? swapped : err(place.error)
      // One at a time: two conversations with one card would read each other's files.
      const mine = before.then(() => converse(place.value, options, work))
      before = mine.catch(() => undefined)
      const { result, answers } = await mine
      const isOver = answers > 0 || swaps >= mostSwaps || left() <= 0
      if (result.isOk() || isOver || !alreadyGone.has(result.error)) return result
      swapped = result
      waitMs = Math.min(left(), swapMs)
    }
  }

  const use = <T>(options: Waiting, work: (chip: Chip) => Promise<Result<T, DeviceFault>>) =>
    Promise.race([attempt(options, work), cancelled(options.signal)])

  return {
    device,
    devices,
    onUse: uses.onUse,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    readIdentity: ({ trusted, withFinger = false, ...options }) =>
      use(options, (chip) => readCard(chip, trusted, withFinger)),
    recognise: (options) => use(options, recogniseCard),
    readTravelDocument({ key, trusted, onProgress, ...options }) {
      const password = passwordOf(key)
      // What cannot be the key is not tried on the chip.
      if (password.isErr()) return Promise.resolve(err('travel-document.wrong-key'))
      const now = (parts.clock ?? Date).now()
      const read = (chip: Connected) =>
        readTravelDocument({
          ...chip,
          password: password.value,
          trusted,
          now,
          ...(onProgress && { onProgress }),
        })
      const patient = { ...options, withinMs: parts.deadlineMs ?? documentDeadlineMs }
      return use(patient, async (chip) => {
        const first = await read(chip)
        if (!chip.extended || !first.isErr() || first.error !== 'card.unreadable') return first
        // A reader that cannot do extended lengths breaks the session, not one command: all again, in short pieces.
        const again = await chip.again()
        return again.isOk() ? read({ ...again.value, extended: false }) : err(again.error)
      })
    },
    close() {
      pcsc.close()
      listeners.clear()
      return Promise.resolve()
    },
  }
}

/** The caller is let go at once; the conversation with the card ends at its next step. */
function cancelled(signal: AbortSignal | undefined): Promise<Result<never, DeviceFault>> {
  return new Promise((resolve) => {
    const stop = () => resolve(err('device.cancelled'))
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

const idOf = (reader: PhysicalReader) => deviceId('card-reader', reader)

function devicesOf(pcsc: PcscClient, reading: string | undefined): DriverDevice[] {
  const kind = 'card-reader'
  const now = pcsc.state()
  switch (now.state) {
    case 'starting':
      return [{ kind, state: 'starting' }]
    case 'stopped':
      return [{ kind, state: 'needs-attention', name: 'PC/SC', cause: 'device.driver-stopped' }]
    case 'service-down':
      return [{ kind, state: 'absent', cause: 'card.service-down' }]
    case 'up': {
      const readers = physicalReaders(now.readers)
      if (readers.length === 0) return [{ kind, state: 'absent', cause: 'card.no-reader' }]
      return readers.map((reader) => {
        const { name, serial, slots } = reader
        const about = { kind, name, ...(serial && { serial }) } as const
        if (idOf(reader) === reading) return { ...about, state: 'busy' }
        return { ...about, state: 'ready', holdsCard: slots.some(({ holdsCard }) => holdsCard) }
      })
    }
  }
}

/** The one that matters to whoever asks for one: where something goes on, else where a card lies. */
function foremost(devices: readonly DriverDevice[]): DriverDevice {
  return (
    devices.find(({ state }) => state === 'busy') ??
    devices.find((one) => one.state === 'ready' && one.holdsCard) ??
    devices[0] ?? { kind: 'card-reader', state: 'starting' }
  )
}

/** @returns the card, with a transmission that ends when the caller no longer waits */
async function connectChip(
  pcsc: PcscClient,
  {
    slot,
    signal,
    withinMs,
    said,
  }: Pick<Waiting, 'signal' | 'withinMs'> & { slot: string; said: { answers: number } },
): Promise<Result<Connected, DeviceFault>> {
  const connected = await pcsc.connect(slot)
  if (connected.isErr()) return err(faultOf(connected.error))
  return ok({
    async transmit(apdu, most) {
      if (signal?.aborted) return err('cancelled')
      const answer = await pcsc.transmit(apdu, most, withinMs)
      // An empty one is that of a card that was pulled out.
      if (answer.isOk() && answer.value.length > 0) said.answers += 1
      return answer
    },
    extended: takesExtendedLength(connected.value),
  })
}

async function recogniseCard({ transmit }: Chip): Promise<Result<RecognisedCard, DeviceFault>> {
  const office = await exchange(transmit, selectApplication(cardApplication))
  if (office.isErr()) return err(faultOf(office.error))
  if (office.value.status === 0x9000) return ok('office-card')
  const document = await isTravelDocument(talkInClear(transmit))
  if (document.isErr()) return err(documentFault(document.error))
  return ok(document.value ? 'travel-document' : 'unknown')
}

async function readCard(
  chip: Chip,
  trusted: readonly JWK[],
  withFinger: boolean,
): Promise<Result<CardIdentity, DeviceFault>> {
  const steps: Reading<Trouble> = { ...chip }
  const selected = await exchange(steps.transmit, selectApplication(cardApplication))
  if (selected.isErr()) return err(faultOf(selected.error))
  if (selected.value.status !== 0x9000) {
    const document = await isTravelDocument(talkInClear(steps.transmit))
    return err(document.isOk() && document.value ? 'card.travel-document' : 'card.unreadable')
  }

  const file = await readFile(steps, cardFiles.identity)
  if (file.isErr()) return err(faultOf(file.error))
  const identity = await checkIdentityFile(file.value, trusted)
  if (identity.isErr()) return err(identity.error)
  const { claims, portraitSha256, finger } = identity.value
  const whole: CardIdentity = { claims, file: file.value }
  if (portraitSha256) {
    const portrait = await readSigned(steps, cardFiles.portrait, portraitSha256)
    if (portrait.isErr()) return err(portrait.error)
    whole.portrait = portrait.value
  }
  if (finger && withFinger) {
    const template = await readSigned(steps, cardFiles.finger, finger.sha256)
    if (template.isErr()) return err(template.error)
    whole.finger = { name: finger.name, template: template.value }
  }
  return ok(whole)
}

/** @returns the file; one that is not what the issuer signed is as bad as a changed name */
async function readSigned(
  steps: Reading<Trouble>,
  which: (typeof cardFiles)[keyof typeof cardFiles],
  sha256: Uint8Array,
): Promise<Result<Uint8Array, DeviceFault>> {
  const read = await readFile(steps, which)
  if (read.isErr()) return err(faultOf(read.error))
  const hash = createHash('sha256').update(read.value).digest()
  return hash.equals(sha256) ? ok(read.value) : err('card.bad-signature')
}
