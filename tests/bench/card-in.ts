/**
 * From the card on the reader to the identity that was read and believed, through pcscd and a virtual reader. The office's
 * own card: the issuer's signature checked, portrait read. A passport: opened, signatures checked, chip checked, data and
 * a portrait of 15 kB read. The baseline is how long the reader takes to see the card.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import type { Result } from 'neverthrow'
import { z } from 'zod'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { DeviceFault, DriverDevice } from '../../hardware/z-device.ts'
import { startSimulator, type Simulator } from '../integration/simulator-process.ts'
import { figure, median, type Bench } from './figures.ts'

const runs = 7
const zDocuments = z.object({ csca: z.string(), passport: z.string() })
const kinds = [
  { name: 'signed card with portrait', card: 'genuine', goal: 1_500 },
  { name: 'PACE', card: 'passport-pace', goal: 4_000 },
  { name: 'PACE with brainpoolP256r1', card: 'passport-brainpool', goal: 4_000 },
  { name: 'BAC', card: 'passport-bac', goal: 4_000 },
] as const
const waitMs = 10_000

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

/** @returns ms from the card's coming until `read`, which waits for it, gives what was read */
async function identityAfter(
  read: () => Promise<Result<unknown, DeviceFault>>,
  insert: () => Promise<unknown>,
): Promise<number> {
  const reading = read()
  await insert()
  const from = performance.now()
  const identity = await reading
  if (identity.isErr()) throw new Error(`The card could not be read: ${identity.error}`)
  return performance.now() - from
}

export const cardIn: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-'))
  const keyFile = join(folder, 'issuer.jwk.json')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(keyFile, JSON.stringify(privateKey.export({ format: 'jwk' })))
  let simulator: Simulator | undefined
  let reader: CardReaderPort | undefined
  try {
    const card = await startSimulator('card', ['--issuer-key', keyFile, '--pcscd'])
    simulator = card
    const cards = openCardReader({ socket: z.string().parse(card.ready['pcscSocket']) })
    reader = cards
    const documents = zDocuments.parse(await (await fetch(`${card.url}/travel-documents`)).json())
    const issuer = [await exportJWK(publicKey)]
    const countries = [Buffer.from(documents.csca, 'base64')]
    const readIdentity = () => cards.readIdentity({ trusted: issuer, waitMs })
    const readPassport = () =>
      cards.readTravelDocument({ key: { mrz: documents.passport }, trusted: countries, waitMs })
    const figures = []
    for (const { name, card: kind, goal } of kinds) {
      const insert = () => card.post('/insert', { card: kind })
      const read = kind.startsWith('passport') ? readPassport : readIdentity
      const ours: number[] = []
      const theirs: number[] = []
      for (let run = 0; run < runs; run += 1) {
        await becomesEmpty(cards)
        ours.push(await identityAfter(read, insert))
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
          goal,
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
