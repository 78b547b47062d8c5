/** Words for an ID. */
import { formatDate, textOf } from '../lib/i18n/i18n.svelte.ts'

/** @param type `vct` of the credential @returns what people call it */
export const typeName = (type: string): string =>
  textOf(`phone.type.${type.replace(/^.*\//, '')}`, textOf('phone.type.other', type))

/** @param ms since 1970 @returns the day as the language writes it */
export function dayOf(ms: number): string {
  const at = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  return formatDate(`${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`)
}
