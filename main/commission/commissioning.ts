/**
 * Becoming a kiosk of the issuer. The signing key is made here, lies in the vault before anybody hears of it, and never
 * leaves; the issuer gets its public half for the technician's code and answers with what belongs to this kiosk.
 */
import { err, ok, type Result } from 'neverthrow'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { Config } from '../config.ts'
import { zP256PrivateJwk, zP256PublicJwk, type P256PrivateJwk } from '../credentials/keys.ts'
import type { Vault } from '../vault/vault.ts'
import { zCommission, zCommissionAnswer, type Commission } from './z-commission.ts'

const keyRecord = 'signing-key'
const commissionRecord = 'commission'

export interface Commissioning {
  /** undefined until the issuer has answered once */
  current(): Commission | undefined
  /** whether there is a code to ask the issuer with */
  readonly hasCode: boolean
  /**
   * Asks the issuer, if it was not asked before and there is a code to ask with. Safe to repeat.
   * `kiosk.not-commissioned` (no code, or it was refused), `link.down`, `link.slow`, `issuer.error`, `issuer.nonsense`
   */
  attempt(): Promise<Result<Commission, Failure>>
}

interface Parts {
  vault: Vault
  config: Pick<Config, 'commission' | 'issuerUrl' | 'link'>
  fetch: typeof fetch
}

/** Takes up what an earlier start was told. @throws VaultLocked */
export async function openCommissioning({ vault, config, fetch }: Parts): Promise<Commissioning> {
  const stored = await vault.read(commissionRecord)
  // The issuer may have moved. Its keys may not: they are what is trusted, not its address.
  const issuerUrl = config.issuerUrl ?? config.commission?.issuerUrl
  let current = stored && { ...parse(stored), ...(issuerUrl && { issuerUrl }) }

  async function attempt(): Promise<Result<Commission, Failure>> {
    if (current) return ok(current)
    if (!config.commission) return err({ code: 'kiosk.not-commissioned' })
    const { issuerUrl, code } = config.commission
    const signingKey = await signingKeyIn(vault)
    const answer = await ask(new URL('/commission', issuerUrl), {
      body: { code, publicJwk: zP256PublicJwk.parse(signingKey) },
      fetch,
      timeoutMs: config.link.requestTimeoutMs,
    })
    if (answer.isErr()) return err(answer.error)
    const commission: Commission = { ...answer.value, issuerUrl, signingKey }
    await vault.write(commissionRecord, Buffer.from(JSON.stringify(commission)))
    current = commission
    return ok(commission)
  }

  return { current: () => current, hasCode: config.commission !== undefined, attempt }
}

function parse(record: Uint8Array): Commission {
  return zCommission.parse(JSON.parse(Buffer.from(record).toString('utf8')))
}

async function signingKeyIn(vault: Vault): Promise<P256PrivateJwk> {
  const stored = await vault.read(keyRecord)
  if (stored) return zP256PrivateJwk.parse(JSON.parse(Buffer.from(stored).toString('utf8')))
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = zP256PrivateJwk.parse(await exportJWK(privateKey))
  await vault.write(keyRecord, Buffer.from(JSON.stringify(key)))
  return key
}

async function ask(
  url: URL,
  { body, fetch, timeoutMs }: { body: object; fetch: Parts['fetch']; timeoutMs: number },
) {
  const refused = (code: Failure['code']) =>
    err<ReturnType<typeof zCommissionAnswer.parse>, Failure>({ code })
  let response
  let said: unknown
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    said = parseJson(await response.text())
  } catch (error) {
    return refused(error instanceof Error && error.name === 'TimeoutError' ? 'link.slow' : 'link.down')
  }
  if (response.status >= 500 || response.status === 429) return refused('issuer.error')
  // Only the issuer's own word ends the asking: a captive portal says 403 as well.
  if (zCodeRefused.safeParse(said).success) return refused('kiosk.not-commissioned')
  const parsed = zCommissionAnswer.safeParse(response.ok ? said : undefined)
  return parsed.success ? ok(parsed.data) : refused('issuer.nonsense')
}

const zCodeRefused = z.object({ error: z.literal('code_not_valid') })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
