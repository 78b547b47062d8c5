/** Canonical N-Quads of the Foundational ID and of its proof options, from templates that are learned once from the library. */
import { z } from 'zod'
import { documentLoader } from './document-loader.ts'
import {
  fillTemplate,
  isPlainIri,
  isPlainText,
  learnTemplates,
  root,
  slot,
  slotsOf,
} from './quad-templates.ts'
import { zPicture } from './z-credential-type.ts'
import {
  credentialsContext,
  foundationalContext,
  foundationalType,
  zClaimName,
  type ClaimName,
} from './z-foundational.ts'

const contexts = [credentialsContext, foundationalContext]
const types = ['VerifiableCredential', foundationalType]

const zContexts = z.tuple([z.literal(credentialsContext), z.literal(foundationalContext)])
const zIri = z.string().max(900).refine(isPlainIri)
const zInstant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/)
const zText = z.string().max(400).refine(isPlainText)

/** Anything else is left to the library, also what it might accept. */
const zPlainCredential = z.strictObject({
  '@context': zContexts,
  type: z.tuple([z.literal('VerifiableCredential'), z.literal(foundationalType)]),
  issuer: zIri,
  validFrom: zInstant,
  validUntil: zInstant,
  credentialStatus: z.strictObject({
    id: zIri,
    type: z.literal('BitstringStatusListEntry'),
    statusPurpose: z.literal('revocation'),
    statusListIndex: zText,
    statusListCredential: zIri,
  }),
  credentialSubject: z.strictObject({
    id: zIri,
    ...Object.fromEntries(zClaimName.options.map((name) => [name, zText.optional()])),
    ageOver18: z.boolean().optional(),
    portrait: zPicture.optional(),
  }),
})

const zPlainProof = z.strictObject({
  '@context': zContexts.optional(),
  type: z.literal('DataIntegrityProof'),
  created: zInstant,
  verificationMethod: zIri,
  cryptosuite: zText,
  proofPurpose: z.literal('assertionMethod'),
  proofValue: z.string().optional(),
})

/** Quads, each with its line end, in no order; `_:` and the label stand for the credential itself. */
export interface FoundationalQuads {
  /** of everything but the claims: what is always shown */
  mandatory: string[]
  claims: string[]
}

let learned: ReturnType<typeof learn> | undefined

async function learn() {
  const credential = await learnTemplates(
    {
      '@context': contexts,
      type: types,
      issuer: slot('issuer'),
      validFrom: slot('validFrom'),
      validUntil: slot('validUntil'),
      credentialStatus: {
        id: slot('statusId'),
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: slot('statusIndex'),
        statusListCredential: slot('statusList'),
      },
      credentialSubject: {
        id: slot('subject'),
        ...Object.fromEntries(zClaimName.options.map((name) => [name, slot(name)])),
      },
    },
    documentLoader,
  )
  const proof = await learnTemplates(
    {
      '@context': contexts,
      type: 'DataIntegrityProof',
      created: slot('created'),
      verificationMethod: slot('verificationMethod'),
      cryptosuite: slot('cryptosuite'),
      proofPurpose: 'assertionMethod',
    },
    documentLoader,
  )
  const claimOf = (template: readonly string[]) =>
    slotsOf(template).find((name): name is ClaimName => zClaimName.safeParse(name).success)
  return {
    mandatory: credential.filter((template) => claimOf(template) === undefined),
    claims: new Map(
      zClaimName.options.map((name) => [name, credential.filter((one) => claimOf(one) === name)]),
    ),
    proof,
  }
}

/**
 * @param document without its proof
 * @param label of the one blank node, without `_:`
 * @returns undefined where the document is not of the plain shape: the library must look at it
 */
export async function foundationalQuads(
  document: object,
  label: string,
): Promise<FoundationalQuads | undefined> {
  const plain = zPlainCredential.safeParse(document)
  if (!plain.success) return undefined
  const { issuer, validFrom, validUntil, credentialStatus, credentialSubject } = plain.data
  const templates = await (learned ??= learn())
  const { id: subject, ...claims } = credentialSubject
  const values = {
    ...{ [root]: label, issuer, validFrom, validUntil, subject },
    statusId: credentialStatus.id,
    statusIndex: credentialStatus.statusListIndex,
    statusList: credentialStatus.statusListCredential,
    ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)])),
  }
  const shown = zClaimName.options.filter((name) => Object.hasOwn(claims, name))
  return {
    mandatory: templates.mandatory.map((template) => fillTemplate(template, values)),
    claims: shown.flatMap((name) =>
      (templates.claims.get(name) ?? []).map((template) => fillTemplate(template, values)),
    ),
  }
}

/** @returns canonical N-Quads of the proof's options, its value left out; undefined as above */
export async function proofQuads(proof: object): Promise<string | undefined> {
  const plain = zPlainProof.safeParse(proof)
  if (!plain.success) return undefined
  const { created, verificationMethod, cryptosuite } = plain.data
  const templates = await (learned ??= learn())
  const values = { [root]: 'c14n0', created, verificationMethod, cryptosuite }
  return templates.proof
    .map((template) => fillTemplate(template, values))
    .sort()
    .join('')
}
