/** All that the page sees of Electron: five functions that pass text. Bundled to one CommonJS file for the sandbox. */
import { contextBridge, ipcRenderer } from 'electron'
import type { KioskBridge } from '../../api/bridge.ts'
import { channels } from './ipc-channels.ts'

contextBridge.exposeInMainWorld('kiosk', {
  open: () => ipcRenderer.send(channels.open),
  send: (text) => ipcRenderer.send(channels.text, text),
  close: () => ipcRenderer.send(channels.close),
  // The event itself stays here: it would hand the page Electron's own objects.
  onMessage: (listener) => void ipcRenderer.on(channels.text, (_event, text: string) => listener(text)),
  onClose: (listener) => void ipcRenderer.on(channels.ended, () => listener()),
} satisfies KioskBridge)
