/** Which travel documents the panel and the tests may place on the reader. */
import type { ChipContent } from './chip.ts'
import { createCountry, drawnFace, makeDocument, plainKeys, type Country } from './documents.ts'
import { toJpeg2000 } from './jpeg2000.ts'

export const travelDocumentNames = [
  'passport-pace',
  'passport-brainpool',
  'passport-bac',
  'passport-jpeg2000',
  'passport-short-only',
  'id-card',
  'passport-wrong-signature',
  'passport-tampered',
  'passport-other-face',
  'passport-cloned',
  'passport-pace-left-out',
  'passport-unknown-issuer',
  'passport-expired-signer',
] as const
export type TravelDocumentName = (typeof travelDocumentNames)[number]

export function isTravelDocumentName(name: string): name is TravelDocumentName {
  return travelDocumentNames.some((one) => one === name)
}

/** @param now ms since the epoch */
export async function makeTravelDocuments(now: number): Promise<{
  country: Country
  documents: Readonly<Record<TravelDocumentName, ChipContent>>
}> {
  const country = createCountry(now, plainKeys())
  // The same names, other keys.
  const stranger = createCountry(now, plainKeys())
  const signer = country.signer()
  const pace = { access: 'pace-and-bac', chip: 'genuine', signer } as const
  const jpeg2000 = await toJpeg2000(drawnFace())
  const documents = lazily<TravelDocumentName, ChipContent>({
    'passport-pace': () => makeDocument(pace),
    'passport-brainpool': () => makeDocument({ ...pace, curve: 'brainpool', cipher: 'aes128' }),
    'passport-bac': () => makeDocument({ access: 'bac', signer }),
    'passport-jpeg2000': () => makeDocument({ ...pace, portrait: jpeg2000 }),
    'passport-short-only': () => ({ ...makeDocument(pace), refusesExtended: true }),
    'id-card': () => makeDocument({ ...pace, zone: 'identity-card', access: 'pace', curve: 'brainpool' }),
    'passport-wrong-signature': () =>
      makeDocument({
        ...pace,
        signer: { ...signer, key: { ...signer.key, sign: (data) => signer.key.sign(data.subarray(1)) } },
      }),
    'passport-tampered': () =>
      makeDocument({ ...pace, change: { file: 0x0101, from: 'DECHEN', to: 'KARMA<' } }),
    'passport-other-face': () =>
      makeDocument({ ...pace, change: { file: 0x0102, from: 'JFIF', to: 'JFIX' } }),
    'passport-cloned': () => makeDocument({ ...pace, chip: 'copy' }),
    'passport-pace-left-out': () => withoutCardAccess(makeDocument(pace)),
    'passport-unknown-issuer': () => makeDocument({ ...pace, signer: stranger.signer() }),
    'passport-expired-signer': () => makeDocument({ ...pace, signer: country.signer(12) }),
  })
  return { country, documents }
}

/** Each is made when it is first asked for: a dozen of them take seconds. */
function lazily<Name extends string, Thing>(
  makers: Readonly<Record<Name, () => Thing>>,
): Readonly<Record<Name, Thing>> {
  const made = new Map<string, Thing>()
  return new Proxy({} as Record<Name, Thing>, {
    get(_target, name: Name) {
      const thing = made.get(name) ?? makers[name]()
      made.set(name, thing)
      return thing
    },
  })
}

/** As somebody on the way would show it, who wants the weaker BAC to be used. */
function withoutCardAccess({ cardAccess: _, pace: __, ...content }: ChipContent): ChipContent {
  return content
}
