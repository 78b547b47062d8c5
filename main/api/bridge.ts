/**
 * What the Electron preload puts on `window.kiosk`: one line of text in each direction and nothing else. The text is the
 * same tRPC protocol that the browser shell speaks over its WebSocket, so no screen can tell the two shells apart.
 */
export interface KioskBridge {
  /** Begins a connection; whatever the page had before is closed and its subscriptions end. */
  open(): void
  send(text: string): void
  close(): void
  /** Called with each text from the host. */
  onMessage(listener: (text: string) => void): void
  /** Called when the host ended the connection. */
  onClose(listener: () => void): void
}
