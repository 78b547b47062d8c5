/** Every parser of what a chip says: whatever the bytes are, an answer comes, soon, and nothing is thrown. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCertificate } from '../../../../hardware/card/travel-document/certificate.ts'
import {
  parseCommon,
  parseGroup1,
  parseGroup14,
} from '../../../../hardware/card/travel-document/data-groups.ts'
import { parseGroup2 } from '../../../../hardware/card/travel-document/face-image.ts'
import { oidBytes, readOid } from '../../../../hardware/card/travel-document/object-identifier.ts'
import { authenticationData } from '../../../../hardware/card/travel-document/pace.ts'
import { checkSecurityObject } from '../../../../hardware/card/travel-document/passive-authentication.ts'
import { readElementaryFile } from '../../../../hardware/card/travel-document/read-elementary-file.ts'
import { createSecureMessaging } from '../../../../hardware/card/travel-document/secure-messaging.ts'
import { parseSecurityInfos } from '../../../../hardware/card/travel-document/security-infos.ts'
import { readTlvs, tlv, valueOf } from '../../../../hardware/card/travel-document/tlv.ts'
import { ok } from 'neverthrow'
import { makeTravelDocuments } from '../../../../hardware/simulators/card/travel-document/kinds.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const { country, documents } = await makeTravelDocuments(now)
const passport = documents['passport-pace']
const fileOf = (id: number) => passport.files.get(id) ?? new Uint8Array()
const object = fileOf(0x011d)
const check = (bytes: Uint8Array) => checkSecurityObject(bytes, [country.csca], now)

const parsers: Record<string, { genuine: Uint8Array; parse: (bytes: Uint8Array) => unknown }> = {
  'data objects': { genuine: fileOf(0x011e), parse: readTlvs },
  'EF.COM': { genuine: fileOf(0x011e), parse: parseCommon },
  'EF.CardAccess': { genuine: passport.cardAccess ?? new Uint8Array(), parse: parseSecurityInfos },
  'EF.SOD': { genuine: object, parse: (bytes) => check(bytes).isOk() },
  'data group 1': { genuine: fileOf(0x0101), parse: parseGroup1 },
  'data group 2': { genuine: fileOf(0x0102), parse: parseGroup2 },
  'data group 14': {
    genuine: fileOf(0x010e),
    parse: (bytes) => parseSecurityInfos(parseGroup14(bytes) ?? bytes),
  },
  'an answer of PACE': {
    genuine: tlv(0x7c, tlv(0x80, new Uint8Array(16))),
    parse: (bytes) => authenticationData(bytes, 0x80),
  },
  'a certificate': { genuine: country.csca, parse: parseCertificate },
}

describe.each(Object.entries(parsers))('%s', (_name, { genuine, parse }) => {
  it('is read when it is genuine', () => {
    expect(parse(genuine)).toBeTruthy()
  })

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parse(bytes)),
      { numRuns: 300 },
    )
  })

  it('may be a genuine one that is changed, cut or made longer anywhere', () => {
    const change = fc.record({
      at: fc.nat(genuine.length - 1),
      to: fc.nat(255),
      end: fc.nat(genuine.length),
      more: fc.uint8Array({ maxLength: 8 }),
    })
    fc.assert(
      fc.property(change, ({ at, to, end, more }) => {
        const changed = Uint8Array.from(genuine)
        changed[at] = to
        parse(changed)
        parse(changed.subarray(0, end))
        parse(Buffer.concat([changed, more]))
      }),
      { numRuns: 200 },
    )
  })

  it('may be ten thousand objects in one another, or promise gigabytes', () => {
    const tag = genuine[0] ?? 0x30
    parse(new Uint8Array(20_000).fill(0x30))
    parse(Uint8Array.of(tag, 0x84, 0xff, 0xff, 0xff, 0xff))
    parse(Uint8Array.of(tag, 0x83, 0xff, 0xff, 0xff))
    parse(Buffer.concat([Uint8Array.of(tag, 0x80), Buffer.alloc(1_000, 0x24), Buffer.alloc(1_000)]))
    let nested: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 2_000; depth += 1) nested = tlv(0x30, nested)
    parse(tlv(tag, nested))
  })
})

describe('the security object', () => {
  it('is believed with no bit changed', () => {
    expect(check(object).isOk()).toBe(true)
    fc.assert(
      fc.property(fc.nat(object.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = Uint8Array.from(object)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        const read = check(changed)
        // Fields that no signature covers may change; what is believed then is still what was signed.
        if (read.isOk()) expect([...read.value.hashes]).toEqual([...check(object)._unsafeUnwrap().hashes])
      }),
      { numRuns: 300 },
    )
  })
})

describe('an answer within a session', () => {
  const keys = { cipher: 'aes128', encryption: new Uint8Array(16), mac: new Uint8Array(16) } as const

  it('is forged, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(0xffff), (data, status) => {
        const session = createSecureMessaging(keys)
        session.protect({ header: [0, 0xb0, 0, 0], wanted: 8 })
        expect(session.open({ data, status })).toMatchObject({ error: 'forged' })
      }),
    )
  })

  it('that is empty says that the session is over', () => {
    expect(createSecureMessaging(keys).open({ data: new Uint8Array(), status: 0x9000 })).toMatchObject({
      error: 'unprotected',
    })
  })
})

describe('a file', () => {
  it.each([
    ['that never ends', () => Uint8Array.of()],
    ['that gives more than was asked for', () => new Uint8Array(300).fill(0x61)],
    ['that begins with another tag', () => Uint8Array.of(0x75, 0x04, 1, 2, 3, 4)],
  ])('%s is malformed', async (_what, piece) => {
    const talk = async ({ header }: { header: readonly number[] }) =>
      ok({ status: 0x9000, data: header[1] === 0xa4 ? new Uint8Array() : piece() })
    const file = { id: 0x0101, tag: 0x61, most: 500 }
    expect(await readElementaryFile({ talk, piece: 223 }, file)).toMatchObject({ error: 'malformed' })
  })

  it('of more than 32 kB is read to its end, in short pieces too', async () => {
    const content = tlv(0x75, Buffer.from(Array.from({ length: 50_000 }, (_, at) => at % 251)))
    const talk = async ({
      header,
      data,
      wanted = 0,
    }: {
      header: readonly number[]
      data?: Uint8Array
      wanted?: number
    }) => {
      const [, ins, p1 = 0, p2 = 0] = header
      if (ins === 0xa4) return ok({ status: 0x9000, data: new Uint8Array() })
      const far = data && valueOf(data, 0x54)
      const from = far ? far.reduce((sum, byte) => sum * 256 + byte, 0) : p1 * 256 + p2
      const bytes = content.subarray(
        from,
        from + wanted - (far ? (wanted > 258 ? 4 : wanted > 130 ? 3 : 2) : 0),
      )
      return ok({ status: 0x9000, data: far ? tlv(0x53, bytes) : bytes })
    }
    for (const piece of [223, 4_000]) {
      const read = await readElementaryFile({ talk, piece }, { id: 0x0102, tag: 0x75, most: 60_000 })
      expect(Buffer.from(read._unsafeUnwrap()).equals(content)).toBe(true)
    }
  })
})

describe('object identifiers', () => {
  it('come back as they went', () => {
    for (const oid of ['0.4.0.127.0.7.2.2.4.2.4', '1.2.840.113549.1.1.10', '2.23.136.1.1.1', '2.5.29.14'])
      expect(readOid(oidBytes(oid))).toBe(oid)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void readOid(bytes)))
  })
})
