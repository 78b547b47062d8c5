/**
 * The zone by camera: made-up documents in OCR-B before a poor camera, each looked at for a few seconds as the screen does.
 * Without us: how many single frames give the whole zone right by the same text recognition and nothing else.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { hasOcrB } from '../../hardware/simulators/camera/zone.ts'
import type { Traveller } from '../../hardware/simulators/card/travel-document/groups.ts'
import { itemsInText } from '../../renderer/lib/mrz/items-in-text.ts'
import { createTextReader } from '../../renderer/lib/mrz/read-text.ts'
import { keyOf, type ZoneItems } from '../../renderer/lib/mrz/zone-items.ts'
import { createAgreement, preparedFor, turnOf } from '../../renderer/lib/mrz/zone-passes.ts'
import { figure, median, type Bench } from './figures.ts'
import { drawZone, linesOf, someTraveller, zoneConditions } from './mrz-frames.ts'
import { seeded } from './qr-frames.ts'

const documents = 5
/** four seconds or less */
const mostFrames = 16

const require = createRequire(import.meta.url)
const bytesOf = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer

function isRight(items: ZoneItems, { documentNumber, born, expires }: Traveller): boolean {
  const key = keyOf(items)
  return key?.documentNumber === documentNumber && key.dateOfBirth === born && key.dateOfExpiry === expires
}

export const mrz: Bench = async (say) => {
  if (!hasOcrB) throw new Error('The font of the zone is missing: apt-get install fonts-ocr-b')
  const model = require.resolve('@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz')
  const wasm = join(dirname(require.resolve('tesseract-wasm')), 'tesseract-core.wasm')
  // What Tesseract remarks on each picture.
  console.warn = () => undefined
  const read = await createTextReader({
    wasm: bytesOf(readFileSync(wasm)),
    model: bytesOf(gunzipSync(readFileSync(model))),
  })
  const all = {
    documents: 0,
    missed: 0,
    wrong: 0,
    frames: 0,
    wholeZones: 0,
    times: [] as number[],
    tries: [] as number[],
  }
  for (const kind of ['passport', 'card'] as const) {
    for (const [name, condition] of Object.entries(zoneConditions)) {
      const random = seeded(11)
      const here = { right: 0, wrong: 0, frames: 0 }
      for (let one = 0; one < documents; one += 1) {
        const traveller = someTraveller(random)
        const lines = linesOf(kind, traveller)
        const agreed = createAgreement<ZoneItems>()
        for (let frame = 0; frame < mostFrames; frame += 1) {
          const rotate = (condition.rotate ?? 0) - turnOf(frame)
          const picture = preparedFor(frame, drawZone(lines, { ...condition, rotate }, one * 31 + frame + 1))
          const from = performance.now()
          const text = read(picture)
          const found = itemsInText(text)
          all.times.push(performance.now() - from)
          here.frames += 1
          if (text.replace(/\s/g, '') === lines.join('')) all.wholeZones += 1
          if (!found || !agreed(found)) continue
          if (isRight(found, traveller)) here.right += 1
          else here.wrong += 1
          all.tries.push(frame + 1)
          break
        }
      }
      say(`${kind}, ${name}: ${here.right} of ${documents} read, ${here.wrong} wrong, ${here.frames} frames`)
      all.documents += documents
      all.missed += documents - here.right
      all.wrong += here.wrong
      all.frames += here.frames
    }
  }
  const share = (count: number, of: number) => (100 * count) / of
  return [
    figure({
      name: 'documents not read within 16 frames',
      unit: '%',
      goal: 15,
      value: share(all.missed, all.documents),
      baseline: share(all.frames - all.wholeZones, all.frames),
    }),
    figure({ name: 'documents read wrong', unit: '%', goal: 1, value: share(all.wrong, all.documents) }),
    figure({ name: 'frames until it is read', unit: '', goal: 8, value: median(all.tries) }),
    figure({ name: 'one frame', unit: 'ms', goal: 400, value: median(all.times) }),
  ]
}
