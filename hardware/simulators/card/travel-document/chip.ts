/** The chip of a travel document: its files behind BAC or PACE, and Chip Authentication (ICAO 9303-10 §3, 9303-11). */
import { readPoint, xBytes, type Curve } from '../../../card/travel-document/curves.ts'
import type { Cipher } from '../../../card/travel-document/key-derivation.ts'
import { bodyOf, cardAtr, type VirtualCard } from '../virtual-card.ts'
import { createChipBac, createChipPace, type Answer, type PaceOffer } from './chip-access.ts'
import { createChipSession, type ChipSession, type PlainCommand } from './chip-session.ts'
import { der } from './der.ts'
import { objectsOf } from './objects.ts'

export interface ChipContent {
  /** open to everybody, outside of the application */
  cardAccess?: Uint8Array
  /** of the application, by identifier */
  files: ReadonlyMap<number, Uint8Array>
  /** number, birth and expiry of the zone with their check digits; nothing: no BAC */
  bac?: string
  pace?: PaceOffer
  /** of PACE, by reference */
  passwords: ReadonlyMap<number, Uint8Array>
  /** the card says that extended lengths are taken, and on the way they are not */
  refusesExtended?: boolean
  /** of Chip Authentication */
  chipKey?: { curve: Curve; cipher: Cipher; secret: bigint }
}

const application = 'a0000002471001'
const cardAccessId = 0x011c
const done = { status: 0x9000 }
const denied = { status: 0x6982 }
const notFound = { status: 0x6a82 }
const empty = new Uint8Array()

export function createTravelDocumentChip(content: ChipContent): VirtualCard {
  const bac = content.bac === undefined ? undefined : createChipBac(content.bac)
  const pace = content.pace && createChipPace(content.pace, content.passwords)
  let session: ChipSession | undefined
  let inApplication = false
  let file: Uint8Array | undefined

  function reset(): void {
    session = undefined
    inApplication = false
    file = undefined
  }

  function select(p1: number, data: Uint8Array): Answer {
    file = undefined
    const name = Buffer.from(data).toString('hex')
    if (p1 === 0x00) {
      inApplication = false
      return name === '3f00' || name === '' ? done : notFound
    }
    if (p1 === 0x04) {
      const isOurs = name === application && (bac !== undefined || session !== undefined)
      inApplication = isOurs
      return isOurs ? done : notFound
    }
    const id = Number.parseInt(name, 16)
    if (!inApplication) {
      file = id === cardAccessId ? content.cardAccess : undefined
      return file ? done : notFound
    }
    if (!content.files.has(id)) return notFound
    if (!session) return denied
    file = content.files.get(id)
    return done
  }

  function read({ ins, p1, p2, data, wanted }: PlainCommand): Answer {
    if (!file) return { status: 0x6986 }
    const far = objectsOf(data).get(0x54)
    const offset = far ? far.reduce((sum, byte) => sum * 256 + byte, 0) : (p1 << 8) | p2
    if (offset > file.length) return { status: 0x6b00 }
    const head = ins === 0xb1 ? der(0x53, new Uint8Array(wanted)).length - wanted : 0
    const piece = file.subarray(offset, offset + wanted - head)
    return { ...done, data: ins === 0xb1 ? der(0x53, piece) : piece }
  }

  /** Another session from the next command on; whoever has no key cannot follow. */
  function authenticateChip(data: Uint8Array): Answer {
    const { chipKey } = content
    const point =
      chipKey && readPoint(chipKey.curve, objectsOf(objectsOf(data).get(0x7c) ?? empty).get(0x80) ?? empty)
    if (!chipKey || !point) return { status: 0x6a80 }
    const next = createChipSession(chipKey.cipher, xBytes(point.multiply(chipKey.secret)))
    return { ...done, data: der(0x7c), session: next }
  }

  function perform(command: PlainCommand, cla: number): Answer {
    const { ins, p1, p2, data } = command
    switch (ins) {
      case 0xa4:
        return select(p1, data)
      case 0xb0:
      case 0xb1:
        return read(command)
      case 0x84:
        return bac && inApplication ? bac.challenge() : { status: 0x6d00 }
      case 0x82:
        return bac && inApplication ? bac.authenticate(data) : { status: 0x6d00 }
      case 0x22:
        if (p1 === 0xc1 && p2 === 0xa4) return pace ? pace.choose(data) : { status: 0x6a80 }
        return session && p1 === 0x41 && p2 === 0xa4 && content.chipKey ? done : { status: 0x6a80 }
      case 0x86:
        if (session) return authenticateChip(data)
        return pace && (cla === 0x10 || cla === 0x00) ? pace.step(data) : { status: 0x6985 }
      default:
        return { status: 0x6d00 }
    }
  }

  function inClear(cla: number, command: PlainCommand): Uint8Array {
    // Whoever speaks in the clear again has lost the session (§9.8.7).
    session = undefined
    const { status, data = empty, session: opened } = perform(command, cla)
    session = opened
    return Buffer.concat([data, Uint8Array.of(status >> 8, status & 0xff)])
  }

  function inSession(current: ChipSession, header: Uint8Array, body: Uint8Array): Uint8Array {
    const command = current.open(header, body)
    if (!command) {
      session = undefined
      return Uint8Array.of(0x69, 0x88)
    }
    const { status, data = empty, session: next } = perform(command, 0x00)
    const answer = current.wrap(command, data, status)
    session = next ?? current
    return answer
  }

  return {
    atr: cardAtr,
    reset,
    respond(apdu) {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0] = apdu
      const body = apdu.length >= 4 ? bodyOf(apdu) : undefined
      if (!body) return Uint8Array.of(0x67, 0x00)
      const isExtended = apdu.length > 6 && apdu[4] === 0
      if (isExtended && content.refusesExtended) {
        session = undefined
        return Uint8Array.of(0x67, 0x00)
      }
      if (cla === 0x0c) {
        if (!session) return Uint8Array.of(0x69, 0x88)
        return inSession(session, apdu.subarray(0, 4), body.data)
      }
      return inClear(cla, { ins, p1, p2, ...body })
    },
  }
}
