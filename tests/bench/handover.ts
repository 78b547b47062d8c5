/**
 * The Foundational ID from a kiosk's screen to a phone: sealed, drawn as codes ten times a second, a fifth of the pictures
 * lost, the others seen through a lens, read by the product's decoder and caught by the phone's own program. Beside it the
 * same bytes in plain numbered frames.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { drawFace } from '../../hardware/simulators/camera/face.ts'
import { toJpeg } from '../../hardware/simulators/camera/portrait.ts'
import { toBase45 } from '../../main/credentials/handover/base45.ts'
import { framesFor } from '../../main/credentials/handover/frames.ts'
import { packCredential } from '../../main/credentials/handover/pack-credential.ts'
import { sealForHolder } from '../../main/credentials/handover/seal.ts'
import { issueFoundationalSdJwt } from '../../main/credentials/issue-sd-jwt.ts'
import { generateIssuerKey } from '../../main/credentials/keys.ts'
import { makeSmallPortrait } from '../../main/credentials/small-portrait.ts'
import { createCodeDecoder } from '../../renderer/lib/camera/code-decoder.ts'
import { prepareWasm, readWithWasm } from '../../renderer/lib/camera/read-with-wasm.ts'
import { HandOverCatcher } from '../../renderer/phone/protocol/hand-over-catch.ts'
import { claims } from '../unit/credentials/wallet.ts'
import { figure, median, type Bench, type Figure } from './figures.ts'
import { drawFrame, seeded, type Condition } from './qr-frames.ts'

const frameMs = 100
const lost = 0.2
const seeds = 300
/** Nobody holds a phone still for longer. */
const longestFrames = 200
const size = { width: 1_280, height: 720 }
const goalSeconds = 6

const lenses: Record<string, Condition> = {
  clean: {},
  degraded: { rotate: 6, perspective: true, scale: 0.82, blur: 0.8, gain: 0.6, noise: 12, jpeg: 60 },
}

const decode = createCodeDecoder(readWithWasm, { budgetMs: 100, now: () => performance.now() })

async function sealedId(portrait: string | undefined): Promise<Uint8Array> {
  const holder = await generateIssuerKey()
  const credential = await issueFoundationalSdJwt({
    claims: { ...claims, ...(portrait !== undefined && { portrait }) },
    ...{ holderJwk: holder.publicJwk, issuerKey: await generateIssuerKey() },
    status: { listUrl: 'https://issuer.example.bt/status/1', index: 94_567 },
    validFrom: new Date('2026-03-01T00:00:00Z'),
    validUntil: new Date('2027-03-01T00:00:00Z'),
  })
  return sealForHolder(await packCredential(credential), holder.publicJwk)
}

interface Filmed {
  /** what the decoder read; undefined where it read nothing */
  read: string | undefined
  tookMs: number
}

/** Each code is drawn, filmed and decoded once, when it is first looked at: that is what costs. */
function filming(lens: Condition) {
  const filmed = new Map<string, Filmed>()
  return async (text: string): Promise<Filmed> => {
    const known = filmed.get(text)
    if (known) return known
    const picture = drawFrame(text, size, lens, filmed.size + 1)
    const from = performance.now()
    const [read] = await decode(picture)
    const one = { read, tookMs: performance.now() - from }
    filmed.set(text, one)
    return one
  }
}

/** @returns seconds until `take` has all of it, or as long as was watched */
async function watch(
  texts: readonly string[],
  film: ReturnType<typeof filming>,
  { take, seed }: { take: (text: string) => Promise<boolean>; seed: number },
): Promise<number> {
  const random = seeded(seed)
  // The phone is held up at any moment of the round.
  const first = Math.floor(random() * texts.length)
  for (let shown = 0; shown < longestFrames; shown += 1) {
    if (random() < lost) continue
    const { read, tookMs } = await film(texts[(first + shown) % texts.length] ?? '')
    if (read !== undefined && (await take(read))) return ((shown + 1) * frameMs + tookMs) / 1_000
  }
  return (longestFrames * frameMs) / 1_000
}

function byPhone() {
  const catcher = new HandOverCatcher()
  return async (text: string) => (await catcher.take(text)).state === 'whole'
}

/** The same without fountain codes: each piece must be seen. */
function plainFrames(sealed: Uint8Array, pieces: number): string[] {
  const bytes = Math.ceil(sealed.length / pieces)
  return Array.from(
    { length: pieces },
    (_, at) => `P:${at}:${pieces}:${toBase45(sealed.subarray(at * bytes, (at + 1) * bytes))}`,
  )
}
function byNumber(pieces: number) {
  const seen = new Set<string>()
  return async (text: string) => seen.add(text.split(':').slice(0, 2).join(':')).size === pieces
}

export const handover: Bench = async (say) => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  await prepareWasm({ bytes: Uint8Array.from(readFileSync(file)).buffer })
  const face = await makeSmallPortrait(Buffer.from(toJpeg(drawFace(480, 600, 7), 80)))
  if (face === undefined) throw new Error('no portrait to carry')
  const figures: Figure[] = []
  for (const [what, portrait] of [
    ['without portrait', undefined],
    ['with portrait', face],
  ] as const) {
    const sealed = await sealedId(portrait)
    const { frames, needed } = framesFor(sealed)
    const isPlain = portrait === undefined
    figures.push(
      figure({ name: `${what}: sealed`, value: sealed.length, unit: 'B' }),
      figure({
        ...{ name: `${what}: codes that are needed`, value: needed, unit: '' },
        ...(isPlain && { goal: 1 }),
      }),
    )
    for (const [name, lens] of Object.entries(lenses)) {
      const ours: number[] = []
      const plain: number[] = []
      const film = filming(lens)
      const pieces = plainFrames(sealed, needed)
      for (let seed = 1; seed <= seeds; seed += 1) {
        ours.push(await watch(frames, film, { take: byPhone(), seed }))
        if (needed > 1) plain.push(await watch(pieces, film, { take: byNumber(needed), seed }))
      }
      say(`${what}, ${name}: ${median(ours).toFixed(2)} s`)
      const worst = ours.toSorted((a, b) => a - b)[Math.ceil(seeds * 0.95) - 1] ?? 0
      figures.push(
        figure({
          ...{ name: `${what}, ${name}: median`, value: median(ours), unit: 's', goal: goalSeconds },
          ...(plain.length > 0 && { baseline: median(plain) }),
        }),
        figure({ name: `${what}, ${name}: of a hundred 95 are faster than`, value: worst, unit: 's' }),
      )
    }
  }
  return figures
}
