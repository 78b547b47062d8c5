/** The window and its walls. Every wall is written out, also where it is Electron's default today. */
import type { BrowserWindowConstructorOptions } from 'electron'

/** In memory only: without `persist:` nothing of a citizen's visit reaches the disk. */
export const partition = 'kiosk'

/** @param preload path of the bundled preload @param installed whether this is the packed application */
export function windowOptions(preload: string, installed: boolean): BrowserWindowConstructorOptions {
  return {
    kiosk: installed,
    show: false,
    width: 1366,
    height: 768,
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    webPreferences: {
      preload,
      partition,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      disableDialogs: true,
      safeDialogs: true,
      spellcheck: false,
      enableWebSQL: false,
      devTools: !installed,
    },
  }
}
