/** The phone's page as the launcher serves it, the issuer's own doors for phones, and a kiosk's side of each code. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import express from 'express'
import { framesFor } from '../../main/credentials/handover/frames.ts'
import { packCredential } from '../../main/credentials/handover/pack-credential.ts'
import { createPairing, type PairedHolder } from '../../main/credentials/handover/pairing.ts'
import { sealForHolder } from '../../main/credentials/handover/seal.ts'
import { issueFoundationalSdJwt } from '../../main/credentials/issue-sd-jwt.ts'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { startPhoneServer } from '../../main/shell/launcher/phone-server.ts'
import { phoneFolder } from '../../main/shell/renderer-folder.ts'
import { openDurableStore } from '../../sync/durable-store.ts'
import { loadKeys } from '../../sync/issuer/keys.ts'
import { configurationIds, type ConfigurationId } from '../../sync/issuer/oid4vci/configurations.ts'
import { offerByValue } from '../../sync/issuer/oid4vci/offer-text.ts'
import { Offers } from '../../sync/issuer/oid4vci/offers.ts'
import { credentialRoutes } from '../../sync/issuer/oid4vci/routes.ts'
import { startSimulator } from '../integration/simulator-process.ts'
import { claims } from '../unit/credentials/wallet.ts'

/** A face of a few bytes, as the issuer makes them of portraits. */
export const portrait = 'UklGRhwAAABXRUJQVlA4TBAAAAAvAAAAAAfQ__73v_-BiOh_AAA'
const clock = { now: () => Date.now() }

export async function openPhoneWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'phone-page-'))
  const keys = await loadKeys(join(folder, 'issuer'))
  const offers = await Offers.open(openDurableStore(join(folder, 'offers')), keys, clock)
  const undecided = new Set<string>()
  const collected: string[] = []
  const app = express()
  const issuer = createServer(app)
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  app.use(
    credentialRoutes({
      url: () => url,
      keys,
      offers,
      clock,
      statusListUrl: () => `${url}/status/1`,
      standingOf: async (request) =>
        undecided.has(request) ? { state: 'open' } : { state: 'ready', claims, statusIndex: 17 },
      onCollected: async ({ request }) => {
        collected.push(request)
      },
    }),
  )
  const phone = await startPhoneServer({
    root: phoneFolder(),
    data: join(folder, 'phone'),
    issuer: url,
    ports: { here: 0, network: 0 },
    now: clock.now(),
    addresses: ['127.0.0.1'],
  })
  const cameraFile = join(folder, 'camera.y4m')
  const camera = await startSimulator('camera', ['--port', '0', '--file', cameraFile])
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile}`,
    ],
  })
  return {
    url,
    keys,
    offers,
    browser,
    phone,
    /** What the phone's camera sees now. */
    see: (text: string) => camera.post('/show', { show: 'qr', text }),
    pairing: (purpose: 'reissue' | 'collect') =>
      createPairing({
        purpose,
        audience: keys.signing.did,
        office: 'Thimphu Thromde',
        clock,
        random: (bytes) => randomBytes(bytes),
      }),
    /** What the issuer seals to a phone, as a kiosk shows it. */
    async handOver(
      { jwk }: PairedHolder,
      change: { portrait?: string; fullName?: string; cid?: string } = {},
    ) {
      const sdJwt = await issueFoundationalSdJwt({
        claims: { ...claims, ...change },
        holderJwk: jwk,
        issuerKey: keys.signing,
        status: { listUrl: `${url}/status/1`, index: 17 },
        validFrom: new Date(clock.now() - 60_000),
        validUntil: new Date(clock.now() + 365 * 86_400_000),
      })
      const sealed = await sealForHolder(await packCredential(sdJwt), jwk)
      return {
        sealed,
        ...framesFor(sealed),
        animated: framesFor(sealed, { oneCodeBytes: 0 }).frames,
      }
    },
    collected,
    /** An offer that a kiosk made without a link, for the phone that it has paired. */
    later({ jkt }: PairedHolder) {
      const request = '01HZZZZZZZZZZZZZZZZZZZ0001'
      const code = `q.${request}.${'Ab0_-xyz'.repeat(4)}`
      const txCode = '123456'
      const until = clock.now() + 30 * 86_400_000
      const configurations: [ConfigurationId] = [configurationIds['dc+sd-jwt']]
      undecided.add(request)
      return {
        request,
        txCode,
        uri: offerByValue({ id: '', code, configurations }, url),
        /** the packet has reached the issuer */
        arrive: () => offers.adopt({ request, code, txCode, until, boundTo: jkt, configurations }),
        decide: () => undecided.delete(request),
      }
    },
    async offer() {
      const offer = await offers.create('01JB0000000000000000000000')
      const at = encodeURIComponent(`${url}/oid4vci/offers/${offer.id}`)
      return { txCode: offer.txCode, uri: `openid-credential-offer://?credential_offer_uri=${at}` }
    },
    async end() {
      await browser.close()
      await phone.close()
      await camera.stop()
      issuer.close()
      await offers.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

export type PhoneWorld = Awaited<ReturnType<typeof openPhoneWorld>>
