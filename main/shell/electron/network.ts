/** The page has no network: everything remote goes through the host, and the host is not asked by URL. */
import type { Session } from 'electron'
import { isOwnPage } from './own-page.ts'

/** @returns whether the page's process may fetch this; `blob:` and `data:` hold what the page itself made */
export function mayFetch(url: string): boolean {
  return isOwnPage(url) || url.startsWith('data:image/') || url.startsWith('blob:app://kiosk/')
}

export function guardNetwork(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayFetch(url) }))
}
