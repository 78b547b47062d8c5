/** The phone as its own process: foreign wallets collect from an issuer over HTTP and answer the kiosk's question. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { generateIssuerKey, type IssuerKey } from '../../main/credentials/keys.ts'
import { createPresentationRequest } from '../../main/credentials/presentation-request.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyPresentation } from '../../main/credentials/verify-presentation.ts'
import type { ClaimName } from '../../main/credentials/z-foundational.ts'
import { startTestIssuer, type TestIssuerOptions } from '../fixtures/test-issuer.ts'
import { claims, listsOf } from '../unit/credentials/wallet.ts'

const program = fileURLToPath(new URL('../../hardware/simulators/phone/main.ts', import.meta.url))
const zReady = z.strictObject({
  ready: z.literal('phone'),
  url: z.url(),
  wallet: z.string().includes('@credo-ts'),
})
const zAnswer = z.object({ answer: z.string() })

let phone: ChildProcess
let url: string
const lines: string[] = []
let issuerKey: IssuerKey

beforeAll(async () => {
  issuerKey = await generateIssuerKey()
  phone = spawn(process.execPath, [program, '--port', '0', '--parent', String(process.pid)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (!phone.stdout) throw new Error('no stdout')
  const output = createInterface(phone.stdout)
  output.on('line', (line) => lines.push(line))
  await once(output, 'line')
  url = zReady.parse(JSON.parse(lines[0] ?? '')).url
})
afterAll(() => phone.kill('SIGKILL'))
beforeEach(async () => {
  await call('reset', {})
})

async function call(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

/** of the issuer that was asked last */
let issuerUrl = ''

async function issuing(options: Partial<TestIssuerOptions> = {}) {
  const issuer = await startTestIssuer({
    issue: {
      claims,
      issuerKey,
      status: { listUrl: 'http://127.0.0.1:4000/status/1', index: 42 },
      validFrom: new Date(Date.now() - 60_000),
      validUntil: new Date(Date.now() + 86_400_000),
    },
    ...options,
  })
  issuerUrl = issuer.url
  return issuer
}

async function collect(options: Partial<TestIssuerOptions> = {}) {
  const issuer = await issuing(options)
  const { uri, txCode } = await issuer.offer()
  const result = await call('receive', { offer: uri, txCode })
  await issuer.close()
  return result
}

async function reveal(names: ClaimName[], format?: 'dc+sd-jwt' | 'ldp_vc') {
  const clock = { now: () => Date.now() }
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const asked = createPresentationRequest({
    ...{ id: 'r1', claims: names, clock, random },
    asker: { office: 'Thimphu Thromde', purpose: 'prove-adult' },
  })
  const { answer } = zAnswer.parse((await call('present', { request: asked.text, format })).body)
  const lists = await listsOf(issuerKey, [], new Date(clock.now() - 60_000), `${issuerUrl}/status/1`)
  const seen = await verifyPresentation({
    answer,
    asked,
    trustedIssuers: trustDids([issuerKey.did]),
    statusList: (at) => lists.get(at),
    oldestStatusDays: 30,
    clock,
  })
  return { answer, seen: seen._unsafeUnwrap() }
}

describe('phone', () => {
  it('collects both formats with one code, each with its own library', async () => {
    expect(await collect()).toEqual({
      status: 200,
      body: {
        credentials: [
          { id: 'sd', format: 'dc+sd-jwt', wallet: '@credo-ts/openid4vc 0.6.3' },
          { id: 'ld', format: 'ldp_vc', wallet: '@sphereon/oid4vci-client 0.20.1' },
        ],
        refused: [],
      },
    })
    expect((await call('state')).body).toMatchObject({ credentials: [{ id: 'sd' }, { id: 'ld' }] })
  })

  it('shows one claim with Credo, and the kiosk sees that one', async () => {
    await collect()
    const { answer, seen } = await reveal(['dzongkhag'])
    expect(seen).toMatchObject({
      format: 'dc+sd-jwt',
      claims: { dzongkhag: 'Thimphu' },
      issuer: issuerKey.did,
    })
    expect(Object.keys(seen.claims)).toEqual(['dzongkhag'])
    expect(answer.length).toBeLessThan(2300)
  })

  it('shows one claim in the W3C form, and the kiosk sees that one', async () => {
    await collect()
    const { answer, seen } = await reveal(['ageOver18'], 'ldp_vc')
    expect(seen).toMatchObject({ format: 'ldp_vc', claims: { ageOver18: true }, issuer: issuerKey.did })
    expect(Object.keys(seen.claims)).toEqual(['ageOver18'])
    expect(answer.length).toBeLessThan(2300)
  })

  it.each(['sd', 'ld'] as const)('collects where only %s is offered', async (only) => {
    expect(await collect({ configurations: [only] })).toMatchObject({
      status: 200,
      body: { credentials: [{ id: only }] },
    })
  })

  it('is turned away with a wrong transaction code, and a second time with the right one', async () => {
    const issuer = await issuing()
    const { uri, txCode } = await issuer.offer()
    expect((await call('receive', { offer: uri, txCode: '000000' })).status).toBe(400)
    expect((await call('receive', { offer: uri, txCode })).status).toBe(200)
    expect((await call('receive', { offer: uri, txCode })).status).toBe(400)
    await issuer.close()
  })

  it('refuses a credential of which a disclosure was changed, which Credo alone passes over', async () => {
    const swap = (text: string) =>
      Buffer.from(Buffer.from(text, 'base64url').toString().replace('"Thimphu"', '"Paro"')).toString(
        'base64url',
      )
    const tamper: TestIssuerOptions['tamper'] = (credential) => {
      if (typeof credential !== 'string') return credential
      const [jwt = '', ...disclosures] = credential.split('~')
      return [jwt, ...disclosures.map(swap)].join('~')
    }
    expect(await collect({ configurations: ['sd'], tamper })).toMatchObject({
      status: 400,
      body: { error: 'a disclosure of the credential does not verify' },
    })
    expect((await call('state')).body).toMatchObject({ credentials: [] })
  })

  it('Credo refuses a credential whose signed part was changed', async () => {
    const tamper: TestIssuerOptions['tamper'] = (credential) => {
      if (typeof credential !== 'string') return credential
      const [header, payload = '', ...rest] = credential.split('.')
      const said = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const bent = Buffer.from(JSON.stringify({ ...said, exp: said.exp + 1 })).toString('base64url')
      return [header, bent, ...rest].join('.')
    }
    expect(await collect({ configurations: ['sd'], tamper })).toMatchObject({ status: 400 })
    expect((await call('state')).body).toMatchObject({ credentials: [] })
  })

  it('refuses a W3C credential of which a claim was changed', async () => {
    const tamper: TestIssuerOptions['tamper'] = (credential) => {
      if (typeof credential === 'string') return credential
      return {
        ...credential,
        credentialSubject: { ...Object(credential['credentialSubject']), cid: '11111111111' },
      }
    }
    expect(await collect({ configurations: ['ld'], tamper })).toMatchObject({
      status: 400,
      body: { error: 'the credential does not verify' },
    })
    expect((await call('state')).body).toMatchObject({ credentials: [] })
  })

  it('has nothing to show before it has collected, and after it was reset', async () => {
    await expect(reveal(['cid'])).rejects.toThrow()
    await collect()
    await call('reset', {})
    await expect(reveal(['cid'])).rejects.toThrow()
    expect((await call('state')).body).toMatchObject({ credentials: [] })
  })

  it.each(['', 'https://example.org', 'openid4vp://?client_id=x', 'openid-credential-offer://?'])(
    'does not answer to %j, nor take it as an offer',
    async (text) => {
      await collect()
      expect((await call('present', { request: text })).status).toBe(400)
      expect((await call('receive', { offer: text, txCode: '1' })).status).toBe(400)
    },
  )

  it('has said nothing on stdout but that it is ready', () => {
    expect(lines).toHaveLength(1)
  })

  it('has its own copy of our context, the same as the kiosk', async () => {
    const read = (path: string) =>
      readFile(new URL(`../../${path}/foundational-v1.json`, import.meta.url), 'utf8')
    expect(await read('hardware/simulators/phone')).toBe(await read('main/credentials'))
  })

  it('ends when it is asked to', async () => {
    phone.kill('SIGTERM')
    expect(await once(phone, 'exit')).toEqual([0, null])
  })
})
