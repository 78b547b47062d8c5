/** The window stays on its page: no other address, no second window, no embedded browser, no download. */
import type { Session, WebContents } from 'electron'
import type { Log } from '../../log.ts'
import { isOwnPage } from './own-page.ts'

/** @returns whether a frame may go there: our page may be loaded anew, in its main frame only */
export function mayNavigate(url: string, isMainFrame: boolean): boolean {
  return isMainFrame && isOwnPage(url) && ['/', '/index.html'].includes(new URL(url).pathname)
}

export function guardNavigation(contents: WebContents, log: Log): void {
  const judge = (event: { preventDefault(): void; url: string; isMainFrame: boolean }) => {
    if (mayNavigate(event.url, event.isMainFrame)) return
    event.preventDefault()
    log('shell.navigation-denied')
  }
  contents.on('will-navigate', judge)
  contents.on('will-frame-navigate', judge)
  contents.on('will-redirect', judge)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => {
    log('shell.window-denied')
    return { action: 'deny' }
  })
}

export function guardDownloads(session: Session, log: Log): void {
  session.on('will-download', (event) => {
    event.preventDefault()
    log('shell.download-denied')
  })
}
