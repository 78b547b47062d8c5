/** Judging an `mso_mdoc` presentation: a DeviceResponse in the session of an OpenID4VP request (1.0 appendix B.2). */
import {
  DateOnly,
  DeviceResponse,
  SessionTranscript,
  type Document,
  type VerificationAssessment,
} from '@owf/mdoc'
import { err, ok, Result, ResultAsync } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../../api/answer.ts'
import { foundationalId } from '../foundational-id.ts'
import { didKeyFromJwk, zP256PublicJwk } from '../keys.ts'
import {
  checkDates,
  checkExtent,
  clockSkewSeconds,
  type CheckedPresentation,
  type VerifyContext,
} from '../verify-context.ts'
import { longestAnswer } from '../z-presentation.ts'
import { statusListLength } from '../z-status.ts'
import { isUnder, mdocContext } from './mdoc-context.ts'
import { lookAtResponse } from './strict-cbor.ts'

const { doctype, namespace } = foundationalId
const unreadable: Failure = { code: 'presentation.unreadable', detail: { part: 'mdoc' } }

/** A document of the one kind, of which nothing is believed yet. */
interface Shown {
  response: DeviceResponse
  document: Document
  /** by name, as the other formats have them */
  claims: Record<string, string | boolean>
  status: { listUrl: string; index: number }
  deviceKey: z.infer<typeof zP256PublicJwk>
  validFrom: Date
  validUntil: Date
}

/**
 * @param presentation DeviceResponse, base64url
 * @returns exactly the claims that were asked for; every `presentation.*` code but `revoked`. A response to another request
 *   is `presentation.holder-mismatch`, like one of another phone: both are only a signature that does not fit.
 */
export async function verifyMdoc(
  presentation: string,
  context: VerifyContext,
): Promise<Result<CheckedPresentation, Failure>> {
  const read = readResponse(presentation)
  if (read.isErr()) return err(read.error)
  const { response, document, claims, status, deviceKey, validFrom, validUntil } = read.value
  const chain = document.issuerSigned.issuerAuth.certificateChain
  const roots = context.trustedIssuers.documentRoots()
  if (roots.isErr()) return err(roots.error)
  const root = roots.value.find(({ certificate }) => isUnder(chain, certificate, context.now))
  if (!root) return err({ code: 'presentation.issuer-unknown' })
  const failed = await failedChecks(response, root.certificate, context)
  if (failed.isErr()) return err(failed.error)
  if (failed.value.some(({ category }) => category === 'ISSUER_AUTH' || category === 'DATA_INTEGRITY'))
    return err({ code: 'presentation.bad-signature' })
  if (failed.value.length > 0)
    return err({ code: 'presentation.holder-mismatch', detail: { reason: 'signature' } })
  const dates = checkDates(validFrom.getTime(), validUntil.getTime(), context.now)
  if (dates.isErr()) return err(dates.error)
  const extent = checkExtent(claims, context.asked.claims)
  if (extent.isErr()) return err(extent.error)
  return ok({
    ...{ claims: extent.value, issuer: root.did, holder: await didKeyFromJwk(deviceKey), status },
    ...(root.origin && { trust: root.origin }),
  })
}

const readResponse = (presentation: string): Result<Shown, Failure> =>
  presentation.length > longestAnswer || !/^[A-Za-z0-9_-]+$/.test(presentation)
    ? err(unreadable)
    : Result.fromThrowable(shownBy, () => unreadable)(presentation)

const zStatusList = z.map(z.string(), z.unknown()).transform((map) => Object.fromEntries(map))
const zPlace = z.object({
  idx: z
    .number()
    .int()
    .nonnegative()
    .max(statusListLength - 1),
  uri: z.url({ protocol: /^https?$/ }).max(500),
})

/** @throws whatever is not exactly one Foundational ID, with no element twice and none that only the phone vouches for */
function shownBy(presentation: string): Shown {
  lookAtResponse(new Uint8Array(Buffer.from(presentation, 'base64url')))
  const response = DeviceResponse.fromEncodedForOid4Vp(presentation)
  const [document, ...more] = response.documents ?? []
  if (!document || more.length > 0 || response.status !== 0) throw new TypeError('documents')
  const { issuerSigned, deviceSigned } = document
  const mso = issuerSigned.issuerAuth.mobileSecurityObject
  // Read once: the library would decode it again for each element that it checks.
  Object.defineProperty(issuerSigned.issuerAuth, 'mobileSecurityObject', { value: mso })
  const spaces = [...issuerSigned.issuerNamespaces.issuerNamespaces.keys()]
  // The library does not compare these two: the one that was signed counts.
  if (document.docType !== doctype || mso.docType !== doctype) throw new TypeError('type')
  if (spaces.some((name) => name !== namespace)) throw new TypeError('namespace')
  if (deviceSigned.deviceNamespaces.deviceNamespaces.size > 0) throw new TypeError('elements of the phone')
  const items = issuerSigned.getIssuerNamespace(namespace) ?? []
  const claims = Object.fromEntries(
    items.map(({ elementIdentifier, elementValue }) => [elementIdentifier, claimOf(elementValue)]),
  )
  if (Object.keys(claims).length !== items.length) throw new TypeError('an element twice')
  const { status_list: list } = zStatusList.parse(mso.encodedStructure.get('status'))
  const { idx, uri } = zPlace.parse(zStatusList.parse(list))
  const { validFrom, validUntil } = mso.validityInfo
  return {
    ...{ response, document, claims, status: { listUrl: uri, index: idx }, validFrom, validUntil },
    deviceKey: zP256PublicJwk.parse(mso.deviceKeyInfo.deviceKey.jwk),
  }
}

function claimOf(value: unknown): string | boolean {
  if (value instanceof DateOnly) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  return z.union([z.string(), z.boolean()]).parse(value)
}

/** What the library finds wrong, but for the dates, which are judged by `checkDates`. */
function failedChecks(
  response: DeviceResponse,
  root: Uint8Array,
  { asked, now }: VerifyContext,
): ResultAsync<VerificationAssessment[], Failure> {
  const failed: VerificationAssessment[] = []
  async function check() {
    const { clientId, nonce, redirectUri: responseUri } = asked
    const session = { clientId, nonce, responseUri }
    const sessionTranscript = await SessionTranscript.forOid4Vp(session, mdocContext)
    await response.verify(
      {
        ...{ sessionTranscript, now, trustedCertificates: [root], skewSeconds: clockSkewSeconds },
        onCheck: (one) => {
          if (one.status === 'FAILED' && one.check !== judgedByDates) failed.push(one)
        },
      },
      mdocContext,
    )
    return failed
  }
  return ResultAsync.fromPromise(check(), () => unreadable)
}
const judgedByDates = 'The MSO must be valid at the time of verification'
