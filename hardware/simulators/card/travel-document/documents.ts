/** The demonstration's travel documents: made at each start, under country and signer keys that are thrown away. */
import { createHash } from 'node:crypto'
import { curveOfOid, makePair, pointBytes, type Curve } from '../../../card/travel-document/curves.ts'
import type { Cipher } from '../../../card/travel-document/key-derivation.ts'
import { drawFace } from '../../camera/face.ts'
import { toJpeg } from '../../camera/portrait.ts'
import type { ChipContent } from './chip.ts'
import { bits, der, integer, oid, sequence, setOf } from './der.ts'
import {
  commonFile,
  group1,
  group2,
  identityCardZone,
  passportZone,
  withCheck,
  type Traveller,
} from './groups.ts'
import { writeSecurityObject, type DocumentSigner } from './security-object.ts'
import { ecSigner, makeCertificate, type Signer } from './signer.ts'

export const traveller: Traveller = {
  surname: 'WANGMO',
  givenNames: 'DECHEN',
  documentNumber: 'G0417732',
  born: '910417',
  sex: 'F',
  expires: '331130',
}
export const demoCan = '314159'
const authorityName = 'Demonstration CSCA'
const face = { width: 360, height: 480, seed: 7, quality: 78 } as const
const year = 365 * 24 * 3_600_000

export interface Country {
  /** the trust anchor, DER */
  csca: Uint8Array
  /** @param age of the signer's certificate, years */
  signer(age?: number): DocumentSigner
}

/** @param now ms since the epoch @param keys of the authority and of its signers */
export function createCountry(now: number, keys: { authority: Signer; signer: Signer }): Country {
  const { authority, signer } = keys
  const at = (years: number) => new Date(now + years * year)
  const csca = makeCertificate({
    subject: authorityName,
    issuer: authorityName,
    publicKey: authority.publicKey,
    signer: authority,
    serial: 1,
    from: at(-13),
    until: at(2),
    isAuthority: true,
  })
  return {
    csca,
    signer: (age = 1) => ({
      key: signer,
      issuer: authorityName,
      serial: 1000 + age,
      certificate: makeCertificate({
        subject: 'Demonstration signer',
        issuer: authorityName,
        publicKey: signer.publicKey,
        signer: authority,
        serial: 1000 + age,
        from: at(-age),
        until: at(11 - age),
        isAuthority: false,
      }),
    }),
  }
}

const curves = {
  p256: { oid: '1.2.840.10045.3.1.7', parameterId: 12 },
  brainpool: { oid: '1.3.36.3.3.2.8.1.1.7', parameterId: 13 },
} as const
const suffix: Readonly<Record<Cipher, number>> = { '3des': 1, aes128: 2, aes192: 3, aes256: 4 }

export interface DocumentPlan {
  zone?: 'passport' | 'identity-card'
  access: 'bac' | 'pace' | 'pace-and-bac'
  curve?: keyof typeof curves
  cipher?: Exclude<Cipher, '3des'>
  /** with Chip Authentication; a copy has the files and another key */
  chip?: 'genuine' | 'copy'
  signer: DocumentSigner
  /** changed after it was signed */
  change?: { file: number; from: string; to: string }
  portrait?: Uint8Array
}

export function makeDocument(plan: DocumentPlan): ChipContent {
  const { zone: kind = 'passport', access, cipher = 'aes256', chip, signer } = plan
  const { curve, ...name } = curveNamed(plan.curve ?? 'p256')
  const zone = kind === 'passport' ? passportZone(traveller) : identityCardZone(traveller)
  const pace = { oid: `0.4.0.127.0.7.2.2.4.2.${suffix[cipher]}`, cipher, curve }
  const paceInfo = sequence(oid(pace.oid), integer(2), integer(name.parameterId))
  const pair = makePair(curve)
  const groups = new Map([
    [1, group1(zone)],
    [2, group2(plan.portrait ?? drawPortrait(), face)],
    ...(chip ? [[14, group14(name.oid, pointBytes(pair.public), { cipher, paceInfo })] as const] : []),
  ])
  const files = new Map([
    [0x011e, commonFile([0x61, 0x75, ...(chip ? [0x6e] : [])])],
    [0x011d, writeSecurityObject(groups, signer)],
    ...[...groups].map(([number, bytes]) => [0x0100 + number, bytes] as const),
  ])
  if (plan.change) files.set(plan.change.file, changed(files.get(plan.change.file), plan.change))
  const items = [traveller.documentNumber.padEnd(9, '<'), traveller.born, traveller.expires]
  const information = items.map(withCheck).join('')
  return {
    files,
    passwords: new Map([
      [1, createHash('sha1').update(information, 'latin1').digest()],
      ...(kind === 'identity-card' ? [[2, Buffer.from(demoCan, 'latin1')] as const] : []),
    ]),
    ...(access !== 'bac' && { pace, cardAccess: setOf(paceInfo) }),
    ...(access !== 'pace' && { bac: information }),
    ...(chip && {
      chipKey: { curve, cipher, secret: chip === 'genuine' ? pair.secret : makePair(curve).secret },
    }),
  }
}

function curveNamed(name: keyof typeof curves) {
  const curve = curveOfOid(curves[name].oid)
  if (!curve) throw new Error(`No curve ${name}`)
  return { ...curves[name], curve: curve satisfies Curve }
}

function group14(
  curve: string,
  point: Uint8Array,
  { cipher, paceInfo }: { cipher: Cipher; paceInfo: Uint8Array },
) {
  const key = sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve)), bits(point))
  const info = sequence(oid(`0.4.0.127.0.7.2.2.3.2.${suffix[cipher]}`), integer(1))
  return der(0x6e, setOf(paceInfo, info, sequence(oid('0.4.0.127.0.7.2.2.1.2'), key)))
}

function changed(file: Uint8Array | undefined, { from, to }: { from: string; to: string }): Uint8Array {
  return Buffer.from(
    Buffer.from(file ?? [])
      .toString('latin1')
      .replace(from, to),
    'latin1',
  )
}

/** The traveller's. */
export const drawnFace = () => drawFace(face.width, face.height, face.seed)

/** About 15 kB. */
function drawPortrait(): Uint8Array {
  return toJpeg(drawnFace(), face.quality)
}

/** Keys as most countries have them now. */
export function plainKeys(): { authority: Signer; signer: Signer } {
  return { authority: ecSigner(), signer: ecSigner() }
}
