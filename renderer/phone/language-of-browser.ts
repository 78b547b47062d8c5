/** Which of our languages the phone's owner reads first. */
import type { Language } from './keep/z-wallet.ts'

/** @param wanted as browsers tell them, the first first: `dz-BT`, `ne`, `en-GB` */
export function languageOfBrowser(wanted: readonly string[]): Language {
  for (const one of wanted) {
    const [name] = one.toLowerCase().split('-')
    if (name === 'dz' || name === 'ne' || name === 'en') return name
  }
  return 'en'
}
