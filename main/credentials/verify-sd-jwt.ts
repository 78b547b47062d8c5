/** Judging a `dc+sd-jwt` presentation: SD-JWT VC with key binding (RFC 9901 §7, OpenID4VP 1.0 §B.3). */
import { SDJwtInstance } from '@sd-jwt/core'
import { err, ok, ResultAsync, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { sha256Hasher, verifyEs256 } from './es256.ts'
import type { z } from 'zod'
import type { TrustOrigin } from '../api/z-trust.ts'
import { didKeyFromJwk, jwkFromDidKey, keyIdOf, type P256PublicJwk } from './keys.ts'
import {
  checkBinding,
  checkDates,
  checkExtent,
  type CheckedPresentation,
  type VerifyContext,
} from './verify-context.ts'
import { checkDelegation, type HandedOut, type WithinDelegation } from './verify-provisional.ts'
import type { StatusPlace } from './z-status.ts'
import { zKeyBinding, zSdJwtClaims, zSdJwtEnvelope, zSdJwtHeader } from './z-presentation.ts'

const unreadable = (part: string): Failure => ({ code: 'presentation.unreadable', detail: { part } })

/** Registered names of the JWT, which no disclosure may bring; `_sd` and `_sd_alg` are SD-JWT's own. */
const envelopeNames = new Set([...Object.keys(zSdJwtEnvelope.shape), '_sd', '_sd_alg'])

/**
 * @param presentation `<jwt>~<disclosure>…~<key binding jwt>`
 * @returns exactly the claims that were asked for; every `presentation.*` code but `revoked`
 */
export async function verifySdJwt(
  presentation: string,
  context: VerifyContext,
): Promise<Result<CheckedPresentation, Failure>> {
  const read = await readSdJwt(presentation)
  if (read.isErr()) return err(read.error)
  const { header, envelope, claims, binding } = read.value

  const status = placeOf(envelope)
  if (!status) return err(unreadable('status'))
  const signer = await signerOf(header.kid, { ...envelope, status }, context)
  if (signer.isErr()) return err(signer.error)
  const { jwk, origin, under } = signer.value
  const signatures = await checkSignatures(
    presentation,
    { issuerKey: jwk, holderKey: envelope.cnf.jwk },
    context,
  )
  if (signatures.isErr()) return err(signatures.error)
  const bound = checkBinding({ nonce: binding.nonce, audience: binding.aud, at: binding.iat * 1000 }, context)
  if (bound.isErr()) return err(bound.error)
  const dates = checkDates(envelope.nbf * 1000, envelope.exp * 1000, context.now)
  if (dates.isErr()) return err(dates.error)
  const extent = checkExtent(claims, context.asked.claims)
  if (extent.isErr()) return err(extent.error)
  return ok({
    claims: extent.value,
    issuer: under?.delegation.iss ?? envelope.iss,
    holder: await didKeyFromJwk(envelope.cnf.jwk),
    status,
    ...(under && {
      provisional: {
        ...{ office: under.delegation.office, until: envelope.exp, delegation: under.status },
      },
    }),
    ...(origin && { trust: origin }),
  })
}

type Envelope = z.infer<typeof zSdJwtEnvelope>

function placeOf({ status, credentialStatus }: Envelope): StatusPlace | undefined {
  if (status) return { listUrl: status.status_list.uri, index: status.status_list.idx }
  return credentialStatus && { listUrl: credentialStatus.list, index: credentialStatus.index }
}

interface Signer {
  jwk: P256PublicJwk
  origin?: TrustOrigin | undefined
  /** where a kiosk signed */
  under?: WithinDelegation
}

/** Whose key the credential was signed with: an issuer's, or a kiosk's, which is only as good as its delegation. */
async function signerOf(
  kid: string,
  { iat, delegation, ...rest }: Omit<HandedOut, 'delegation'> & Pick<Envelope, 'iat' | 'delegation'>,
  { trustedIssuers, now }: VerifyContext,
): Promise<Result<Signer, Failure>> {
  const { iss, nbf } = rest
  const badKid = err<never, Failure>({ code: 'presentation.bad-signature', detail: { reason: 'kid' } })
  if (delegation) {
    const under = await checkDelegation({ ...rest, delegation }, { trustedIssuers, now })
    if (under.isErr()) return err(under.error)
    const { origin } = under.value
    // The delegation names the kiosk by its key, and by no other name.
    return iss + kid === keyIdOf(iss)
      ? ok({ jwk: await jwkFromDidKey(iss), origin, under: under.value })
      : badKid
  }
  const key = trustedIssuers.keyFor({ issuer: iss, keyId: kid, signedAt: new Date((iat ?? nbf) * 1000) })
  if (key.isErr()) return err(key.error)
  const { jwk, origin } = key.value
  return jwk.crv === 'P-256' ? ok({ jwk, origin }) : badKid
}

/** Everything that it says, none of it believed yet. `presentation.unreadable`, `.bad-signature`, `.holder-mismatch` */
async function readSdJwt(presentation: string) {
  const instance = new SDJwtInstance({ hasher: sha256Hasher })
  const decoded = await ResultAsync.fromPromise(instance.decode(presentation), () => unreadable('sd-jwt'))
  if (decoded.isErr()) return err(decoded.error)
  const { jwt, disclosures = [], kbJwt } = decoded.value
  const header = zSdJwtHeader.safeParse(jwt?.header)
  // The envelope is read from the signed part alone: no disclosure may add to it or replace it.
  const envelope = zSdJwtEnvelope.safeParse(jwt?.payload)
  if (!header.success || !envelope.success) return err(unreadable('sd-jwt'))
  if (!kbJwt)
    return err<never, Failure>({ code: 'presentation.holder-mismatch', detail: { reason: 'no-binding' } })
  const binding = zKeyBinding.safeParse(kbJwt.payload)
  if (!binding.success || kbJwt.header?.alg !== 'ES256') return err(unreadable('key-binding'))

  const all = await ResultAsync.fromPromise(instance.getClaims(presentation), () => unreadable('disclosures'))
  if (all.isErr()) return err(all.error)
  const entries = Object.entries(zRecord(all.value)).filter(([name]) => !envelopeNames.has(name))
  const claims = zSdJwtClaims.safeParse(Object.fromEntries(entries))
  if (!claims.success) return err(unreadable('claims'))
  // RFC 9901 §7.1 steps 4 and 5: a disclosure that no digest names, or that is named twice, spoils the whole.
  const open = Object.keys(claims.data).filter((name) => !Object.hasOwn(zRecord(jwt?.payload), name))
  if (open.length !== disclosures.length) {
    return err<never, Failure>({ code: 'presentation.bad-signature', detail: { reason: 'disclosure' } })
  }
  return ok({ header: header.data, envelope: envelope.data, claims: claims.data, binding: binding.data })
}

/** `presentation.bad-signature` (issuer's, or the digest of what is shown), `presentation.holder-mismatch` */
async function checkSignatures(
  presentation: string,
  { issuerKey, holderKey }: { issuerKey: P256PublicJwk; holderKey: P256PublicJwk },
  context: VerifyContext,
): Promise<Result<null, Failure>> {
  let holderSigned = true
  const instance = new SDJwtInstance({
    hasher: sha256Hasher,
    verifier: (data, signature) => verifyEs256(data, signature, issuerKey),
    kbVerifier: (data, signature) => {
      holderSigned = verifyEs256(data, signature, holderKey)
      return holderSigned
    },
  })
  return ResultAsync.fromPromise(
    instance.verify(presentation, {
      keyBindingNonce: context.asked.nonce,
      // Dates are judged by `checkDates`, which says what is wrong with them.
      skewSeconds: Number.MAX_SAFE_INTEGER,
      currentDate: Math.floor(context.now.getTime() / 1000),
    }),
    (thrown): Failure => {
      if (!holderSigned) return { code: 'presentation.holder-mismatch', detail: { reason: 'signature' } }
      if (String(thrown).includes('Invalid Nonce')) {
        return { code: 'presentation.wrong-nonce', detail: { reason: 'nonce' } }
      }
      return { code: 'presentation.bad-signature' }
    },
  ).map(() => null)
}

function zRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
