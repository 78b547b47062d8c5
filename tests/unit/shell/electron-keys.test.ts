import { describe, expect, it } from 'vitest'
import { isBlockedKey } from '../../../main/shell/electron/keys.ts'

function key(text: string) {
  const parts = text.split('+')
  const has = (name: string) => parts.includes(name)
  return {
    key: parts.at(-1) ?? '',
    control: has('Ctrl'),
    alt: has('Alt'),
    meta: has('Meta'),
    modifiers: has('AltGr') ? ['altgr'] : [],
  }
}

describe('keys', () => {
  it.each([
    ...[
      'F1',
      'F3',
      'F5',
      'F7',
      'F11',
      'F12',
      'ContextMenu',
      'PrintScreen',
      'BrowserBack',
      'BrowserHome',
      'LaunchMail',
    ],
    ...[
      'r',
      'R',
      'w',
      't',
      'n',
      'p',
      's',
      'o',
      'l',
      'f',
      'g',
      'h',
      'j',
      'u',
      'd',
      'q',
      '+',
      '-',
      '0',
      'Tab',
      'F4',
      'Enter',
    ].map((name) => `Ctrl+${name === '+' ? 'Add' : name}`),
    ...['ArrowLeft', 'ArrowRight', 'F4', 'Tab', 'd', 'Home', ' '].map((name) => `Alt+${name}`),
    ...['r', 'q', 'w', 'h', ',', 'Tab'].map((name) => `Meta+${name}`),
    'Ctrl+Alt+i',
  ])('%s does not reach the page', (text) => expect(isBlockedKey(key(text))).toBe(true))
  it.each([
    ...[
      'a',
      'Z',
      '7',
      'ཀ',
      ' ',
      'Enter',
      'Tab',
      'Escape',
      'Backspace',
      'Delete',
      'ArrowLeft',
      'Home',
      'Shift',
      'Control',
      'Alt',
    ],
    ...['a', 'c', 'C', 'v', 'x', 'z', 'ArrowLeft', 'Backspace'].map((name) => `Ctrl+${name}`),
    'Ctrl+Alt+AltGr+ཨ',
    'AltGr+@',
    'AltGr+AltGraph',
    'Ctrl+Control',
    'Alt+Alt',
  ])('%s does', (text) => expect(isBlockedKey(key(text))).toBe(false))
})
