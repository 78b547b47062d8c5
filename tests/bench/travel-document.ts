/**
 * From the passport on the reader to the identity on the screen: opened, signatures checked, chip checked, data and a
 * portrait of 15 kB read, through pcscd and a virtual reader. The baseline is how long the reader takes to see the card.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { DriverDevice } from '../../hardware/z-device.ts'
import { startSimulator, type Simulator } from '../integration/simulator-process.ts'
import { figure, median, type Bench } from './figures.ts'

const runs = 7
const zDocuments = z.object({ csca: z.string(), passport: z.string() })
const kinds = {
  PACE: 'passport-pace',
  'PACE with brainpoolP256r1': 'passport-brainpool',
  BAC: 'passport-bac',
} as const

/** The next run begins with a reader that has noticed that the last card is gone. */
async function becomesEmpty(reader: CardReaderPort): Promise<void> {
  const isEmpty = (device: DriverDevice) => device.state === 'ready' && !device.holdsCard
  if (isEmpty(reader.device())) return
  await new Promise<void>((resolve) => {
    const stop = reader.onChange((device) => {
      if (!isEmpty(device)) return
      stop()
      resolve()
    })
  })
}

/** @returns ms from the card's coming until the reader says that it is there */
async function seenAfter(reader: CardReaderPort, insert: () => Promise<unknown>): Promise<number> {
  const seen = new Promise<void>((resolve) => {
    const stop = reader.onChange((device) => {
      if (device.state !== 'ready' || !device.holdsCard) return
      stop()
      resolve()
    })
  })
  await insert()
  const from = performance.now()
  await seen
  return performance.now() - from
}

async function identityAfter(
  reader: CardReaderPort,
  insert: () => Promise<unknown>,
  { csca, passport }: z.infer<typeof zDocuments>,
): Promise<number> {
  const trusted = [Buffer.from(csca, 'base64')]
  const read = reader.readTravelDocument({ key: { mrz: passport }, trusted, waitMs: 10_000 })
  await insert()
  const from = performance.now()
  const document = await read
  if (document.isErr()) throw new Error(`The passport could not be read: ${document.error}`)
  return performance.now() - from
}

export const travelDocument: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'))
  const keyFile = join(folder, 'issuer.jwk.json')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(keyFile, JSON.stringify(privateKey.export({ format: 'jwk' })))
  let simulator: Simulator | undefined
  let reader: CardReaderPort | undefined
  try {
    const card = await startSimulator('card', ['--issuer-key', keyFile, '--pcscd'])
    simulator = card
    const cards = openCardReader({ socket: z.string().parse(card.ready['pcscSocket']) })
    reader = cards
    const documents = zDocuments.parse(await (await fetch(`${card.url}/travel-documents`)).json())
    const figures = []
    for (const [name, kind] of Object.entries(kinds)) {
      const insert = () => card.post('/insert', { card: kind })
      const ours: number[] = []
      const theirs: number[] = []
      for (let run = 0; run < runs; run += 1) {
        await becomesEmpty(cards)
        ours.push(await identityAfter(cards, insert, documents))
        await card.post('/remove')
        await becomesEmpty(cards)
        theirs.push(await seenAfter(cards, insert))
        await card.post('/remove')
      }
      const value = median(ours)
      say(`${name}: identity after ${Math.round(value)} ms`)
      figures.push(
        figure({
          name: `card in to identity, ${name}`,
          unit: 'ms',
          goal: 4_000,
          value,
          baseline: median(theirs),
        }),
      )
    }
    return figures
  } finally {
    await reader?.close()
    await simulator?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
