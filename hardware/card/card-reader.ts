/** The card reader of the kiosk: the office card, read and checked, through PC/SC. */
import { createHash } from 'node:crypto'
import type { JWK } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import type { CardIdentity, CardReaderPort, RecognisedCard } from '../ports.ts'
import type { DriverDevice, DeviceFault } from '../z-device.ts'
import { checkIdentityFile } from './identity-file.ts'
import { faultOf, type Trouble } from './faults.ts'
import { exchange, selectApplication, takesExtendedLength, type Transmit } from './iso7816.ts'
import { cardApplication, cardFiles } from './layout.ts'
import { createPcscClient, type PcscClient, type PcscOptions } from './pcsc-client.ts'
import { readFile, type Reading } from './read-file.ts'
import { passwordOf } from './travel-document/access-key.ts'
import { documentFault, talkInClear } from './travel-document/conversation.ts'
import { isTravelDocument } from './travel-document/open-access.ts'
import { readTravelDocument } from './travel-document/read-travel-document.ts'

interface Waiting {
  waitMs: number
  signal?: AbortSignal | undefined
  /** for each command, instead of the usual deadline */
  withinMs?: number
}

/** A card that is connected. */
interface Chip {
  transmit: Transmit<Trouble>
  extended: boolean
}

/** Chips calculate for a second or more, and after a wrong key they make whoever asks wait, ms. */
const documentDeadlineMs = 9_000

/** How long a read waits for the driver that is just starting, ms. */
const startMs = 5_000

/**
 * Opens the card reader, whichever is attached now or later. Never fails: what is missing is told by `device()` and by
 * each read.
 */
export function openCardReader(parts: PcscOptions = {}): CardReaderPort {
  const pcsc = createPcscClient(parts)
  const listeners = new Set<(device: DriverDevice) => void>()
  let reading = false
  let before: Promise<unknown> = Promise.resolve()

  const device = () => deviceOf(pcsc, reading)
  const tell = () => {
    for (const listener of [...listeners]) listener(device())
  }
  pcsc.onChange(tell)

  async function hold<T>({ waitMs, signal }: Waiting, work: () => Promise<Result<T, DeviceFault>>) {
    const there = await cardThere(pcsc, waitMs, signal)
    if (there.isErr()) return err(there.error)
    reading = true
    tell()
    try {
      return await work()
    } finally {
      await pcsc.disconnect()
      reading = false
      tell()
    }
  }

  function use<T>(options: Waiting, work: (chip: Chip) => Promise<Result<T, DeviceFault>>) {
    // One at a time: two conversations with one card would read each other's files.
    const mine = before.then(() => hold(options, () => connectThen(pcsc, options, work)))
    before = mine.catch(() => undefined)
    return Promise.race([mine, cancelled(options.signal)])
  }

  return {
    device,
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
      const read = (chip: Chip) =>
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
        return connectThen(pcsc, patient, (again) => read({ ...again, extended: false }))
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

function deviceOf(pcsc: PcscClient, reading: boolean): DriverDevice {
  const kind = 'card-reader'
  const now = pcsc.state()
  switch (now.state) {
    case 'starting':
      return { kind, state: 'starting' }
    case 'stopped':
      return { kind, state: 'needs-attention', name: 'PC/SC', cause: 'device.driver-stopped' }
    case 'service-down':
      return { kind, state: 'absent', cause: 'card.service-down' }
    case 'up': {
      // A reader with two slots shows as two readers: the one that holds a card is the one that matters.
      const reader = now.readers.find(({ holdsCard }) => holdsCard) ?? now.readers[0]
      if (!reader) return { kind, state: 'absent', cause: 'card.no-reader' }
      if (reading) return { kind, state: 'busy', name: reader.name }
      return { kind, state: 'ready', name: reader.name, holdsCard: reader.holdsCard }
    }
  }
}

/** Waits until a card lies on a reader. A service or a reader that is missing is told at once. */
function cardThere(
  pcsc: PcscClient,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<Result<void, DeviceFault>> {
  return new Promise((resolve) => {
    const finish = (result: Result<void, DeviceFault>) => {
      for (const timer of timers) clearTimeout(timer)
      stop()
      signal?.removeEventListener('abort', look)
      resolve(result)
    }
    const look = () => {
      if (signal?.aborted) return finish(err('device.cancelled'))
      const now = deviceOf(pcsc, false)
      if (now.state === 'absent' || now.state === 'needs-attention') return finish(err(now.cause))
      if (now.state === 'ready' && now.holdsCard) return finish(ok())
      if (now.state === 'ready' && waitMs <= 0) return finish(err('card.absent'))
    }
    const timers = [
      setTimeout(
        () => {
          if (deviceOf(pcsc, false).state === 'starting') finish(err('device.driver-stopped'))
        },
        Math.max(startMs, waitMs),
      ),
      ...(waitMs > 0 ? [setTimeout(() => timeUp(), waitMs)] : []),
    ]
    const timeUp = () => {
      if (deviceOf(pcsc, false).state === 'ready') finish(err('card.absent'))
    }
    const stop = pcsc.onChange(look)
    signal?.addEventListener('abort', look, { once: true })
    look()
  })
}

/** @returns what `work` makes of the card, with a transmission that ends when the caller no longer waits */
async function connectThen<T>(
  pcsc: PcscClient,
  { signal, withinMs }: Omit<Waiting, 'waitMs'>,
  work: (chip: Chip) => Promise<Result<T, DeviceFault>>,
): Promise<Result<T, DeviceFault>> {
  const connected = await pcsc.connect()
  if (connected.isErr()) return err(faultOf(connected.error))
  return work({
    transmit: async (apdu, most) =>
      signal?.aborted ? err('cancelled') : pcsc.transmit(apdu, most, withinMs),
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
