/** A credential as ISO mdoc (ISO/IEC 18013-5 §9.1.2): `mso_mdoc` of OpenID4VCI 1.0 appendix A.2. */
import {
  CoseKey,
  cborEncode,
  DataItem,
  DateOnly,
  DeviceKey,
  Header,
  IssuerAuth,
  IssuerNamespaces,
  IssuerSigned,
  IssuerSignedItem,
  MobileSecurityObject,
  ProtectedHeaders,
  SignatureAlgorithm,
  UnprotectedHeaders,
  ValidityInfo,
  ValueDigests,
  DeviceKeyInfo,
} from '@owf/mdoc'
import type { CredentialContent } from '../issue-ldp.ts'
import { zP256PublicJwk, type P256PrivateJwk } from '../keys.ts'
import type { ClaimKind } from '../z-credential-type.ts'
import { mdocContext } from './mdoc-context.ts'

/** Who signs mdocs: its certificate, under a root that verifiers know. */
export interface DocumentSigner {
  privateJwk: P256PrivateJwk
  /** DER */
  certificate: Uint8Array
}

/**
 * Where its status lies is in the signed part (`status_list` of Token Status List §6.3): no holder can leave it out.
 * @returns `IssuerSigned`, base64url
 */
export async function issueMdoc(content: CredentialContent, signer: DocumentSigner): Promise<string> {
  const { type, claims, holder, status, validFrom, validUntil } = content
  const { random } = mdocContext.crypto
  const items = Object.entries(type.claims).flatMap(([elementIdentifier, kind]) => {
    const value = claims[elementIdentifier]
    return value === undefined ? [] : [{ elementIdentifier, elementValue: elementOf(kind, value) }]
  })
  const signed = shuffled(items).map((item, digestId) =>
    IssuerSignedItem.fromOptions({ digestId, random: random(32), ...item }),
  )
  const digests = new Map<number, Uint8Array>()
  for (const item of signed) {
    const bytes = item.encode({ asDataItem: true })
    digests.set(item.digestId, await mdocContext.crypto.digest({ digestAlgorithm: 'SHA-256', bytes }))
  }
  const deviceKey = DeviceKey.fromJwk(zP256PublicJwk.parse(holder.jwk))
  const mso = MobileSecurityObject.create({
    docType: type.doctype,
    digestAlgorithm: 'SHA-256',
    validityInfo: ValidityInfo.create({ signed: validFrom, validFrom, validUntil }),
    deviceKeyInfo: DeviceKeyInfo.create({ deviceKey }),
    valueDigests: ValueDigests.create({ digests: new Map([[type.namespace, digests]]) }),
  })
  const whole = new Map(mso.encodedStructure)
  const place = new Map<string, unknown>([
    ['idx', status.index],
    ['uri', status.listUrl],
  ])
  whole.set('status', new Map([['status_list', place]]))
  const issuerAuth = await IssuerAuth.create(
    {
      payload: cborEncode(DataItem.fromData(whole)),
      protectedHeaders: ProtectedHeaders.create({
        protectedHeaders: new Map([[Header.Algorithm, SignatureAlgorithm.ES256]]),
      }),
      unprotectedHeaders: UnprotectedHeaders.create({
        unprotectedHeaders: new Map([[Header.X5Chain, signer.certificate]]),
      }),
      signingKey: CoseKey.fromJwk(signer.privateJwk),
      algorithm: SignatureAlgorithm.ES256,
    },
    mdocContext,
  )
  const issuerNamespaces = IssuerNamespaces.create({ issuerNamespaces: new Map([[type.namespace, signed]]) })
  return IssuerSigned.create({ issuerNamespaces, issuerAuth }).encodedForOid4Vci
}

/** How a claim stands in an element: dates as full-date (RFC 8943), pictures as bytes. */
function elementOf(kind: ClaimKind, value: string | boolean): unknown {
  switch (kind) {
    case 'date':
      return new DateOnly(String(value))
    case 'picture':
      return new Uint8Array(Buffer.from(String(value), 'base64url'))
    case 'text':
    case 'boolean':
      return value
  }
}

/** The number of a digest must not tell which claims a citizen has besides those that are shown (§9.1.2.4). */
function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Buffer.from(mdocContext.crypto.random(8)).readBigUInt64BE() }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ one }) => one)
}
