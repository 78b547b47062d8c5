/** The issuer changes and withdraws keys while a kiosk goes on: a whole issuer and a whole host. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { issuerKeyFromJwk, zP256PrivateJwk, type IssuerKey } from '../../main/credentials/keys.ts'
import type { AskedPresentation } from '../../main/credentials/presentation-request.ts'
import { zClaimName } from '../../main/credentials/z-foundational.ts'
import type { Host } from '../../main/host.ts'
import type { RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { answerWith, createWorld, presentLdp, presentSdJwt } from '../unit/credentials/wallet.ts'
import { cardReader, freshFolder, scanner, startKiosk, until, allFingers } from './host-world.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
let issuer: RunningIssuer
let host: Host
const session = { id: 'window', staff: undefined }
const zKept = z.object({ keys: z.array(z.object({ jwk: zP256PrivateJwk, signs: z.boolean() })) })

beforeAll(async () => {
  folder = await freshFolder()
  issuer = await startIssuer({ dataDir: join(folder.path, 'issuer'), port: 0, demo: true })
  const commission = { issuerUrl: issuer.url, code: issuer.commissioningCode('Paro') }
  const reader = { now: { fault: 'card.absent' as const } }
  const devices = { card: cardReader(reader), fingerprint: scanner({ now: allFingers(80) }) }
  host = await startKiosk({ dataDir: join(folder.path, 'kiosk'), commission }, { devices })
  await until('the first list', async () => (await told()).length > 1 || undefined)
})
afterAll(async () => {
  await host.close()
  await issuer.close()
  await folder.done()
})

const order = (verb: string, asked: object = {}) => issuer.orders[verb]?.(asked)

/** The key that the issuer signs with now, as it lies in its folder. */
async function signingNow(): Promise<IssuerKey> {
  const text = await readFile(join(folder.path, 'issuer', 'keys', 'credentials.json'), 'utf8')
  const now = zKept.parse(JSON.parse(text)).keys.find(({ signs }) => signs)
  if (!now) throw new Error('no key signs')
  return issuerKeyFromJwk(now.jwk)
}

async function issued() {
  const now = Date.now()
  return createWorld({
    issuerKey: await signingNow(),
    status: { listUrl: `${issuer.url}/status/1`, index: 77 },
    validFrom: new Date(now - 60_000),
    validUntil: new Date(now + 86_400_000),
  })
}

/** Shows it to the kiosk in both forms. @returns what the kiosk says */
async function shown(of: Awaited<ReturnType<typeof issued>>) {
  const verdicts = []
  for (const format of ['sd', 'ld'] as const) {
    const { id, qr, claims, expires } = (
      await host.services.presentation.request(session, 'prove-residence', 'code')
    )._unsafeUnwrap()
    const query = new URLSearchParams(qr.slice(qr.indexOf('?')))
    const clientId = query.get('client_id') ?? ''
    const asked: AskedPresentation = {
      ...{ id, text: qr, clientId, nonce: query.get('nonce') ?? '', created: Date.now() },
      ...{ expires: Date.parse(expires), redirectUri: clientId.replace('redirect_uri:', '') },
      claims: claims.map((name) => zClaimName.parse(name)),
    }
    const wish = { at: Date.now() }
    const token =
      format === 'sd'
        ? { sd: [await presentSdJwt(of, asked, wish)] }
        : { ld: [await presentLdp(of, asked, wish)] }
    const result = await host.services.presentation.verify(session, id, answerWith(asked, token))
    verdicts.push(
      result.match(
        ({ trust }) => trust?.by ?? 'good',
        ({ code, detail }) => `${code} ${detail?.['reason'] ?? ''}`.trim(),
      ),
    )
  }
  return [...new Set(verdicts)].join()
}

const told = async () => (await host.services.trust.list()).issuers[0]?.keys ?? []

it('rotates without a stop, and nothing is green any more that a revoked key has signed', async () => {
  const before = await issued()
  expect(await shown(before)).toBe('list')

  expect(await order('rotate-key')).toMatchObject([{ ok: true }])
  // The kiosk has not heard of it, and knows the key that signs now all the same.
  const after = await issued()
  expect(after.issuer.did).not.toBe(before.issuer.did)
  expect((await told()).filter(({ until: ended }) => ended !== undefined)).toEqual([])
  expect(await shown(after)).toBe('list')
  expect(await shown(before)).toBe('list')

  // Offline, or before the list has arrived, the kiosk cannot know that one is withdrawn.
  const key = before.issuer.keyId
  expect(await order('revoke-key', { id: key })).toMatchObject([{ ok: true }])
  expect(await shown(before)).toBe('list')
  await until('the list of what was revoked', async () => {
    await host.services.status.syncNow()
    return (await told()).some(({ id, revoked }) => id === key && revoked !== undefined) || undefined
  })
  expect(await shown(before)).toBe('presentation.issuer-key-revoked revoked')
  expect(await shown(after)).toBe('list')
  expect(await order('revoke-key', { id: 'did:key:z#z' })).toEqual([{ ok: false, error: 'key.unknown' }])
}, 60_000)
