/** Who sent a message over IPC. Any frame of any page could; only our own page's main frame is heard. */
import { isOwnPage } from './own-page.ts'

/** The part of Electron's event that says who it was. */
export interface IpcSender {
  sender: { id: number; mainFrame: object }
  /** null when the frame has gone or navigated meanwhile */
  senderFrame: { url: string; parent: object | null } | null
}

/** @param windowId the web contents that the bridge was given to */
export function isTrustedSender({ sender, senderFrame }: IpcSender, windowId: number): boolean {
  if (sender.id !== windowId || senderFrame === null) return false
  return senderFrame.parent === null && senderFrame === sender.mainFrame && isOwnPage(senderFrame.url)
}
