/**
 * The process that speaks to PC/SC. A card that never answers blocks a thread here, and a native fault ends only this
 * process: the host watches it, kills it and starts it again.
 *
 * `smartcard`'s own `Devices` is not used: it never recovers when the daemon goes away, and it connects every card by
 * itself. One context watches and another one talks, because libpcsclite lets one context do one thing at a time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Context,
  SCARD_PROTOCOL_T0,
  SCARD_PROTOCOL_T1,
  SCARD_RESET_CARD,
  SCARD_SHARE_SHARED,
  SCARD_STATE_CHANGED,
  SCARD_STATE_PRESENT,
  type CardInterface,
  type ContextInterface,
  type ReaderInterface,
} from 'smartcard'
import { parentLine } from '../driver-process.ts'
import { zToPcsc, type CardTrouble, type FromPcsc, type ToPcsc } from './z-pcsc.ts'

const line = parentLine((raw) => void answer(zToPcsc.parse(raw)))
const send = (message: FromPcsc) => line.send(message)

/** Within this time a reader notices that its card is gone, ms. */
const settleMs = 700

/** PC/SC's name for "tell me when a reader comes or goes". */
const readersComeAndGo = '\\\\?PnP?\\Notification'

async function watch(context: ContextInterface): Promise<never> {
  for (;;) {
    const readers = context.listReaders()
    send({
      kind: 'seen',
      service: 'up',
      readers: readers.map(({ name, state }) => ({ name, holdsCard: (state & SCARD_STATE_PRESENT) !== 0 })),
    })
    // In PC/SC the upper half of this state is how many readers the caller knows.
    const plugged = { name: readersComeAndGo, state: readers.length << 16, changed: false, atr: null }
    await context.waitForChange([...statesOf(readers), plugged], 1_000)
  }
}

/** What PC/SC is to compare with: the readers as they were seen. */
function statesOf(readers: readonly ReaderInterface[]) {
  return readers.map(({ name, state }) => ({
    name,
    state: state & ~SCARD_STATE_CHANGED,
    changed: false,
    atr: null,
  }))
}

/** @returns the slot that was asked for, if it holds a card */
function holding(context: ContextInterface): ReaderInterface | undefined {
  return context
    .listReaders()
    .find(({ name, state }) => name === asked && (state & SCARD_STATE_PRESENT) !== 0)
}

/** Watches for ever. A context that failed is never good again, so each round has its own. */
async function watchForEver(): Promise<never> {
  for (;;) {
    let context: ContextInterface | undefined
    try {
      context = new Context()
      await watch(context)
    } catch {
      send({ kind: 'seen', service: 'down', readers: [] })
    }
    closeQuietly(context)
    await sleep(1_000)
  }
}

let talk: ContextInterface | undefined
let card: CardInterface | undefined
/** the slot that is talked to */
let asked = ''

async function answer(request: ToPcsc): Promise<void> {
  const { id } = request
  try {
    send({ kind: 'answer', id, bytes: Buffer.from(await perform(request)).toString('hex') })
  } catch (error) {
    send({ kind: 'failed', id, trouble: await troubleOf(error) })
  }
}

async function perform(request: ToPcsc): Promise<Uint8Array> {
  switch (request.kind) {
    case 'connect':
      return connect(request.reader)
    case 'disconnect':
      disconnect()
      return new Uint8Array()
    case 'transmit':
      if (!card) throw new Error('No smart card present')
      return card.transmit(Buffer.from(request.apdu, 'hex'), { maxRecvLength: request.most })
  }
}

async function connect(slot: string): Promise<Uint8Array> {
  disconnect()
  asked = slot
  // A context that was made before the daemon was restarted fails; one more is made in no time.
  closeQuietly(talk)
  talk = new Context()
  const reader = holding(talk)
  if (!reader) throw new Error('No smart card present')
  card = await reader.connect(SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
  return card.atr ?? new Uint8Array()
}

function disconnect(): void {
  try {
    // A reset, so that no session with an opened chip is left to whoever connects next.
    card?.disconnect(SCARD_RESET_CARD)
  } catch {
    // A card that was pulled out cannot be let go in order; there is nothing left to do.
  }
  card = undefined
}

/** The library's errors carry a text and no code. */
const troubles: Readonly<Record<string, CardTrouble>> = {
  'PC/SC service not running': 'service-down',
  'PC/SC service stopped': 'service-down',
  'No readers available': 'no-reader',
  'Unknown reader': 'no-reader',
  'Reader unavailable': 'no-reader',
  'No smart card present': 'no-card',
  'Card was removed': 'removed',
  'Card is unresponsive': 'mute',
  'Card is unpowered': 'mute',
}

async function troubleOf(error: unknown): Promise<CardTrouble> {
  const known = troubles[error instanceof Error ? error.message : '']
  if (known) return known
  // A card that is just being pulled out, a daemon that dies and a reader that cannot do what it was asked all begin
  // with "Transaction failed" or "Communication error". A moment later they look different.
  let context: ContextInterface | undefined
  try {
    context = new Context()
    if (holding(context)) await context.waitForChange(statesOf(context.listReaders()), settleMs)
    return holding(context) ? 'other' : 'removed'
  } catch {
    return 'service-down'
  } finally {
    closeQuietly(context)
  }
}

function closeQuietly(context: ContextInterface | undefined): void {
  try {
    context?.close()
  } catch {
    // The daemon is gone, and the context with it.
  }
}

void watchForEver()
