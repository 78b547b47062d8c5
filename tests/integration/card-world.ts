/** What the card tests share: an issuer's key, readers that are closed afterwards, and patience. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterAll, afterEach } from 'vitest'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { PcscOptions } from '../../hardware/card/pcsc-client.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { DriverDevice } from '../../hardware/z-device.ts'

export interface CardWorld {
  folder: string
  issuerKey: JWK
  issuerKeyFile: string
  trusted: JWK[]
  /** The reader is closed after the test. */
  openReader(options: PcscOptions): CardReaderPort
}

export async function createCardWorld(): Promise<CardWorld> {
  const open = new Set<CardReaderPort>()
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-card-'))
  const pair = await generateKeyPair('ES256', { extractable: true })
  const issuerKeyFile = join(folder, 'signing.jwk.json')
  const issuerKey = await exportJWK(pair.privateKey)
  await writeFile(issuerKeyFile, JSON.stringify(issuerKey))
  afterEach(async () => {
    for (const reader of open) await reader.close()
    open.clear()
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return {
    folder,
    issuerKey,
    issuerKeyFile,
    trusted: [await exportJWK(pair.publicKey)],
    openReader(options) {
      const reader = openCardReader(options)
      open.add(reader)
      return reader
    },
  }
}

/** Waits until the device is as wanted; fails the test after `ms`. */
export async function becomes(
  reader: CardReaderPort,
  wanted: (device: DriverDevice) => boolean,
  ms = 8_000,
): Promise<DriverDevice> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    if (wanted(reader.device())) return reader.device()
    await sleep(20)
  }
  throw new Error(`Still ${JSON.stringify(reader.device())} after ${ms} ms`)
}

export const isReady = (device: DriverDevice) => device.state === 'ready'
export const holdsCard = (device: DriverDevice) => device.state === 'ready' && device.holdsCard === true
export const isEmpty = (device: DriverDevice) => isReady(device) && !holdsCard(device)
export const isAbsent = (cause: string) => (device: DriverDevice) =>
  device.state === 'absent' && device.cause === cause
