/** Keys that would lead out of the page: `shared/reference/electron-security.md` K2. System keys are the system's matter. */
import type { WebContents } from 'electron'

export interface Key {
  key: string
  control: boolean
  alt: boolean
  meta: boolean
  modifiers: readonly string[]
}

/** With Control (or Command) only what helps to write. */
const editing = new Set([
  'a',
  'c',
  'v',
  'x',
  'y',
  'z',
  'arrowleft',
  'arrowright',
  'home',
  'end',
  'backspace',
  'delete',
])
const blocked =
  /^(F\d{1,2}|ContextMenu|PrintScreen|Browser.*|Launch.*|Zoom.*|Print|Find|Help|Close|Open|New|Save)$/

/** @returns whether the page must not get this key. AltGr writes Dzongkha and stays. */
export function isBlockedKey({ key, control, alt, meta, modifiers }: Key): boolean {
  if (blocked.test(key)) return true
  if (modifiers.some((modifier) => modifier.toLowerCase() === 'altgr')) return false
  if (alt) return !['Alt', 'AltGraph'].includes(key)
  if (control || meta) return !editing.has(key.toLowerCase()) && !['Control', 'Meta', 'Shift'].includes(key)
  return false
}

export function guardKeys(contents: WebContents): void {
  contents.on('before-input-event', (event, input) => {
    if (isBlockedKey(input)) event.preventDefault()
  })
  contents.on('context-menu', (event) => event.preventDefault())
  contents.once('dom-ready', () => void contents.setVisualZoomLevelLimits(1, 1))
}
