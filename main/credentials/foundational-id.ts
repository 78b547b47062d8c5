/** The Foundational ID as a type of credential. */
import { zCredentialType, type ClaimKind } from './z-credential-type.ts'
import {
  foundationalContext,
  foundationalType,
  foundationalVct,
  mandatoryPointers,
  zClaimName,
  type ClaimName,
} from './z-foundational.ts'

const kinds: Partial<Record<ClaimName, ClaimKind>> = {
  dateOfBirth: 'date',
  ageOver18: 'boolean',
  portrait: 'picture',
}

export const foundationalId = zCredentialType.parse({
  name: 'FoundationalId',
  title: 'Foundational ID',
  vcdmType: foundationalType,
  context: foundationalContext,
  vct: foundationalVct,
  doctype: 'bt.bhutan-id.foundational.1',
  namespace: 'bt.bhutan-id.foundational.1',
  claims: Object.fromEntries(zClaimName.options.map((name) => [name, kinds[name] ?? 'text'])),
  formats: ['dc+sd-jwt', 'ecdsa-sd-2023', 'eddsa-rdfc-2022', 'bbs-2023', 'mso_mdoc'],
  alwaysShown: mandatoryPointers,
})
