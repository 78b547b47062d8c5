/** Commands and answers of ISO/IEC 7816-4, against a card that follows the standard and against cards that do not. */
import fc from 'fast-check'
import { err, ok } from 'neverthrow'
import { describe, expect, it } from 'vitest'
import {
  exchange,
  fileLength,
  selectApplication,
  takesExtendedLength,
  type Transmit,
} from '../../../hardware/card/iso7816.ts'
import { cardApplication } from '../../../hardware/card/layout.ts'
import { readFile } from '../../../hardware/card/read-file.ts'
import { createVirtualCard } from '../../../hardware/simulators/card/virtual-card.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const status = (word: number) => Uint8Array.of(word >> 8, word & 0xff)

/** Answers in turn with what is given; then with nothing, as a pulled card does. */
function scripted(...answers: string[]) {
  const asked: string[] = []
  const transmit: Transmit<never> = async (apdu) => {
    asked.push(Buffer.from(apdu).toString('hex'))
    return ok(hex(answers.shift() ?? ''))
  }
  return { asked, transmit }
}

describe('one command and its answer', () => {
  it('fetches what a T=0 card has waiting, and repeats with the length it wants', async () => {
    const card = scripted('01 02 6104', '6C03', '03 04 05 9000')
    const answer = (await exchange(card.transmit, hex('00A40400 00')))._unsafeUnwrap()
    expect(answer).toEqual({ data: Buffer.from([1, 2, 3, 4, 5]), status: 0x9000 })
    expect(card.asked).toEqual(['00a4040000', '00c0000004', '00c0000003'])
  })

  it('is a pulled card when the answer is empty or half', async () => {
    expect(await exchange(scripted('').transmit, hex('00B00000'))).toMatchObject({ error: 'removed' })
    expect(await exchange(scripted('90').transmit, hex('00B00000'))).toMatchObject({ error: 'removed' })
  })

  it('ends with a card that always has more', async () => {
    const endless: Transmit<never> = () => Promise.resolve(ok(hex('AA 6100')))
    expect(await exchange(endless, hex('00A40400'))).toMatchObject({ error: 'malformed' })
  })
})

describe('file control information', () => {
  it.each([
    ['62 07 80 02 0123 82 01 01', 0x123],
    ['6F 08 82 01 01 80 03 000200', 0x200],
    ['62 81 04 80 02 00FF', 0xff],
    ['62 03 82 01 01', undefined],
    ['80 02 0123', undefined],
    ['62 07 80 05 0102030405', undefined],
    ['62 20 80 02 0123', undefined],
    ['', undefined],
  ])('%s', (text, length) => {
    expect(fileLength(hex(text))).toBe(length)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void fileLength(bytes)))
  })
})

describe('answer to reset', () => {
  it.each([
    ['the virtual card', createVirtualCard(undefined).atr, true],
    ['a Belgian identity card', hex('3B 98 13 40 0A A5 03 01 01 01 AD 13 11'), false],
    ['a contactless storage card', hex('3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A'), false],
    ['a JCOP card', hex('3B F8 13 00 00 81 31 FE 45 4A 43 4F 50 76 32 34 31 B7'), false],
    ['a card with capabilities and no extended length', hex('3B 85 80 01 80 73 90 00 00 E7'), false],
    ['nothing', hex(''), false],
  ])('of %s', (_name, atr, expected) => {
    expect(takesExtendedLength(atr)).toBe(expected)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 33 }), (bytes) => void takesExtendedLength(bytes)))
  })
})

const content = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
const limit = 32_768

function cardWith(file: Uint8Array) {
  const card = createVirtualCard({ aid: cardApplication, files: new Map([[1, file]]) })
  card.respond(selectApplication(cardApplication))
  return card
}

describe('reading a file', () => {
  it.each([0, 1, 255, 256, 257, 4_000, 4_001, limit])('of %i bytes, short and extended', async (length) => {
    for (const extended of [false, true]) {
      const card = cardWith(content(length))
      const transmit: Transmit<never> = (apdu) => Promise.resolve(ok(card.respond(apdu)))
      const file = (await readFile({ transmit, extended }, { id: 1, most: limit }))._unsafeUnwrap()
      expect(Buffer.from(content(length)).equals(file)).toBe(true)
    }
  })

  it('of a card that does not say how long it is', async () => {
    for (const length of [0, 700, 768]) {
      const card = cardWith(content(length))
      const transmit: Transmit<never> = (apdu) =>
        Promise.resolve(ok(apdu[1] === 0xa4 ? (card.respond(apdu), status(0x9000)) : card.respond(apdu)))
      const file = (await readFile({ transmit, extended: false }, { id: 1, most: 2_000 }))._unsafeUnwrap()
      expect(Buffer.from(content(length)).equals(file)).toBe(true)
    }
  })

  it.each([
    ['the card refuses', () => ok(status(0x6700))],
    ['the reader refuses', () => err('other' as const)],
  ])('goes on with short lengths where %s extended ones', async (_what, refuse) => {
    const card = cardWith(content(1_000))
    const transmit: Transmit<'other'> = (apdu) =>
      Promise.resolve(apdu.length === 7 ? refuse() : ok(card.respond(apdu)))
    const file = (await readFile({ transmit, extended: true }, { id: 1, most: limit }))._unsafeUnwrap()
    expect(file).toHaveLength(1_000)
  })

  it.each(['mute', 'driver-stopped', 'cancelled', 'service-down'] as const)(
    'asks nothing more after %s, and tells that and not what follows from it',
    async (trouble) => {
      const card = cardWith(content(2_000))
      let asked = 0
      const transmit: Transmit<typeof trouble | 'no-card'> = (apdu) => {
        if (apdu[1] !== 0xb0) return Promise.resolve(ok(card.respond(apdu)))
        asked += 1
        return Promise.resolve(err(asked === 1 ? trouble : 'no-card'))
      }
      const read = await readFile({ transmit, extended: true }, { id: 1, most: 4_000 })
      expect(read._unsafeUnwrapErr()).toBe(trouble)
      expect(asked).toBe(1)
    },
  )

  it('stops before a file that is longer than allowed, told or not', async () => {
    for (const told of [true, false]) {
      const card = cardWith(content(5_000))
      let asked = 0
      const transmit: Transmit<never> = (apdu) => {
        asked += 1
        const answer = card.respond(apdu)
        return Promise.resolve(ok(apdu[1] === 0xa4 && !told ? status(0x9000) : answer))
      }
      const read = await readFile({ transmit, extended: false }, { id: 1, most: 1_024 })
      expect(read).toMatchObject({ error: 'malformed' })
      expect(asked).toBeLessThan(8)
    }
  })

  it('notices a file that is not there, and one that is shorter than told', async () => {
    const card = cardWith(content(100))
    const transmit: Transmit<never> = (apdu) => Promise.resolve(ok(card.respond(apdu)))
    expect(await readFile({ transmit, extended: false }, { id: 2, most: 10 })).toMatchObject({
      error: 'missing',
    })
    const lying: Transmit<never> = (apdu) =>
      Promise.resolve(ok(apdu[1] === 0xa4 ? hex('62 04 80 02 0200 9000') : card.respond(apdu)))
    card.respond(hex('00A4020C020001'))
    expect(await readFile({ transmit: lying, extended: false }, { id: 1, most: 1_024 })).toMatchObject({
      error: 'malformed',
    })
  })

  it('never throws, never goes on for ever and never gives more than allowed, whatever a card answers', async () => {
    const answers = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 256 }).map((data) => Uint8Array.of(...data, 0x90, 0x00)),
        fc.constantFrom(hex('62 04 80 02 01F0 9000'), hex('9000'), hex('6C10'), hex('6110'), hex('6B00')),
      ),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(answers, fc.boolean(), async (given, extended) => {
        const left = [...given]
        const transmit: Transmit<never> = () => Promise.resolve(ok(left.shift() ?? new Uint8Array()))
        const read = await readFile({ transmit, extended }, { id: 1, most: 500 })
        if (read.isOk()) expect(read.value.length).toBeLessThanOrEqual(500)
        else expect(['removed', 'malformed', 'missing']).toContain(read.error)
      }),
      { numRuns: 300 },
    )
  })
})
