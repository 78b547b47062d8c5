/** The words of the hardware report. It is in English, for it is read by whoever repairs and sells, and by the capital. */
import { textsIn } from '../../lib/i18n/i18n.svelte.ts'

/** @returns each word by the key under which the host puts it into the report */
export function reportWords(): Record<string, string> {
  const words: Record<string, string> = {}
  const take = (prefix: string, as: string) => {
    for (const [key, text] of textsIn('en', prefix)) words[`${as}${key.slice(prefix.length)}`] = text
  }
  take('technician.report.', 'label.')
  take('technician.kind.', 'kind.')
  take('technician.state.', 'state.')
  take('technician.fact.', 'fact.')
  take('technician.role.', 'role.')
  take('technician.card.', 'card.')
  for (const [key, text] of textsIn('en', 'failure.')) {
    const code = /^failure\.(.+)\.technician$/.exec(key)?.[1]
    if (code) words[`remedy.${code}`] = text
  }
  return words
}
