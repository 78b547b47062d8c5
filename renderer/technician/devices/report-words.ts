/** The words of the hardware report. It is in English, for it is read by whoever repairs and sells, and by the capital. */
import { keysOf, textIn } from '../../lib/i18n/i18n.svelte.ts'

/** @returns each word by the key under which the host puts it into the report */
export function reportWords(): Record<string, string> {
  const words: Record<string, string> = {}
  const take = (prefix: string, as: string) => {
    for (const key of keysOf(prefix)) words[`${as}${key.slice(prefix.length)}`] = textIn('en', key)
  }
  take('technician.report.', 'label.')
  take('technician.kind.', 'kind.')
  take('technician.state.', 'state.')
  take('technician.fact.', 'fact.')
  take('technician.role.', 'role.')
  take('technician.card.', 'card.')
  for (const key of keysOf('failure.')) {
    const code = /^failure\.(.+)\.technician$/.exec(key)?.[1]
    if (code) words[`remedy.${code}`] = textIn('en', key)
  }
  return words
}
