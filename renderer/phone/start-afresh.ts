/** A phone that nobody has used yet: keys and IDs are gone, and the page begins again. */
import { forgetBrowserStore } from './keep/browser-store.ts'

export const storeName = 'phone'

export async function startAfresh(): Promise<void> {
  await forgetBrowserStore(storeName)
  location.reload()
}
