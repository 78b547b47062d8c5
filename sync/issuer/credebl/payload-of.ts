/** A citizen's claims in the shape of a template of the platform. */
import { err, ok, type Result } from 'neverthrow'
import type { IssuedClaims } from '../../../main/credentials/z-foundational.ts'
import type { PlatformFailure } from '../offer-desk.ts'
import type { Template } from './z-gateway.ts'

/** @returns what the template asks for and nothing else; `platform.template-unfit` where it must have what we do not know */
export function payloadOf(template: Template, claims: IssuedClaims): Result<object, PlatformFailure> {
  const known = new Map<string, unknown>(Object.entries(claims).filter(([, value]) => value !== undefined))
  const { attributes } = template
  const missing: string[] = []
  const pick = (wanted: readonly { key: string; mandatory?: boolean | undefined }[]) => {
    for (const { key, mandatory } of wanted) if (mandatory === true && !known.has(key)) missing.push(key)
    return Object.fromEntries(
      wanted.filter(({ key }) => known.has(key)).map(({ key }) => [key, known.get(key)]),
    )
  }
  const payload =
    'namespaces' in attributes
      ? {
          namespaces: Object.fromEntries(
            attributes.namespaces.map((one) => [one.namespace, pick(one.attributes)]),
          ),
        }
      : pick(attributes.attributes)
  return missing.length > 0
    ? err({ code: 'platform.template-unfit', template: template.id, missing })
    : ok(payload)
}
