/** A claim of a card or a phone, in the citizen's words. Its value is data from outside: shown as text, never as a key alone. */
import { formatDate, textOf } from '../i18n/i18n.svelte.ts'

export const claimName = (name: string): string => textOf(`citizen.claim.${name}`, name)

/** @returns the value as the language writes it; a code without a text of its own with a capital letter */
export function claimValue({ name, value }: { name: string; value: string }): string {
  if (value === 'true' || value === 'false') return textOf(`citizen.value.${value}`, value)
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value)
  const known = textOf(`citizen.value.${name}.${value}`, '')
  if (known) return known
  return name === 'gewog' || name === 'dzongkhag'
    ? value.replace(
        /(^|-)([a-z])/g,
        (_all, dash: string, letter: string) => (dash ? ' ' : '') + letter.toUpperCase(),
      )
    : value
}
