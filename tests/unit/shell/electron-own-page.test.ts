import { describe, expect, it } from 'vitest'
import { isTrustedSender } from '../../../main/shell/electron/ipc-sender.ts'
import { mayNavigate } from '../../../main/shell/electron/navigation.ts'
import { mayFetch } from '../../../main/shell/electron/network.ts'
import { isOwnPage } from '../../../main/shell/electron/own-page.ts'

const misleading = [
  '',
  'kiosk',
  'about:blank',
  'about:srcdoc',
  'app://kiosk.evil.example/',
  'app://kiosk@evil.example/',
  'app://kiosk:80/',
  'app://user@kiosk/',
  'app://user:pass@kiosk/',
  'app://evil/kiosk',
  'app:kiosk',
  'app:///kiosk/',
  'app://KIOSK/',
  'app://kiosk%2eevil/',
  'app://kiosk\\@evil.example/',
  'apps://kiosk/',
  'http://kiosk/',
  'https://app://kiosk/',
  'https://evil.example/#app://kiosk/',
  'file:///app://kiosk/',
  'file:///etc/passwd',
  'data:text/html,app://kiosk/',
  'javascript:app://kiosk/',
  'blob:app://kiosk/1b4e',
  'chrome://settings',
  'devtools://devtools/bundled/inspector.html',
  'view-source:app://kiosk/',
  'filesystem:app://kiosk/x',
  'not a url',
]

describe('our own page', () => {
  it.each(['app://kiosk/', 'app://kiosk', 'app://kiosk/index.html#/staff', 'app://kiosk/?a=1'])(
    'is %s',
    (url) => expect(isOwnPage(url)).toBe(true),
  )
  it.each(misleading)('is not %j', (url) => expect(isOwnPage(url)).toBe(false))
})

describe('navigation', () => {
  it('goes to our page in the main frame only', () => {
    expect(mayNavigate('app://kiosk/', true)).toBe(true)
    expect(mayNavigate('app://kiosk/index.html#/x', true)).toBe(true)
    expect(mayNavigate('app://kiosk/', false)).toBe(false)
    expect(mayNavigate('app://kiosk/assets/index.js', true)).toBe(false)
  })
  it.each(misleading)('does not go to %j', (url) => expect(mayNavigate(url, true)).toBe(false))
})

describe("the page's process fetches", () => {
  it.each(['app://kiosk/assets/x.js', 'blob:app://kiosk/1b4e', 'data:image/png;base64,AA=='])('%s', (url) =>
    expect(mayFetch(url)).toBe(true),
  )
  it.each([
    ...misleading.filter((url) => !url.startsWith('blob:')),
    'blob:null/1',
    'ws://127.0.0.1:1/',
    'http://127.0.0.1:4501/info',
  ])('not %j', (url) => expect(mayFetch(url)).toBe(false))
})

describe('the sender of an IPC message', () => {
  const mainFrame = { url: 'app://kiosk/', parent: null }
  const sender = { id: 7, mainFrame }
  it("is our page's main frame", () =>
    expect(isTrustedSender({ sender, senderFrame: mainFrame }, 7)).toBe(true))

  const lookAlike = { url: 'app://kiosk/', parent: null }
  const iframe = { url: 'app://kiosk/', parent: mainFrame }
  it.each([
    ['a frame that has gone', { sender, senderFrame: null }, 7],
    ['another window', { sender, senderFrame: mainFrame }, 8],
    ['an iframe of our page', { sender, senderFrame: iframe }, 7],
    ['a frame that is not the main frame of its window', { sender, senderFrame: lookAlike }, 7],
    ...['about:blank', 'data:text/html,x', 'https://kiosk/', 'app://kiosk.evil/', ''].map((url) => {
      const frame = { url, parent: null }
      return [
        `a main frame at ${url}`,
        { sender: { id: 7, mainFrame: frame }, senderFrame: frame },
        7,
      ] as const
    }),
  ] as const)('is not %s', (_name, event, id) => expect(isTrustedSender(event, id)).toBe(false))
})
