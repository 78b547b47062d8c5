import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isGranted } from '../../../main/shell/electron/permissions.ts'

const declarations = readFileSync(
  fileURLToPath(new URL('../../../node_modules/electron/electron.d.ts', import.meta.url)),
  'utf8',
)
/** Every name that this version of Electron can ask about, so that a new one cannot be forgotten. */
const names = [
  ...new Set(
    [
      ...declarations.matchAll(
        /setPermission(?:Request|Check)Handler\(handler: .*?permission: ((?:'[\w-]+' ?\|? ?)+)/g,
      ),
    ].flatMap(([, union]) => [...(union ?? '').matchAll(/'([\w-]+)'/g)].map(([, name]) => name ?? '')),
  ),
]
const own = { from: 'app://kiosk/', isMainFrame: true }

describe('permissions', () => {
  it("knows Electron's names", () => {
    expect(names.length).toBeGreaterThan(30)
    expect(names).toEqual(
      expect.arrayContaining(['media', 'hid', 'serial', 'usb', 'display-capture', 'unknown']),
    )
  })
  it("grants the camera's picture to our own page", () => {
    expect(isGranted({ ...own, permission: 'media', media: ['video'] })).toBe(true)
  })
  it.each(names.filter((name) => name !== 'media'))('denies %s', (permission) => {
    for (const media of [[], ['video']]) expect(isGranted({ ...own, permission, media })).toBe(false)
  })
  it.each([
    ['the microphone', { ...own, media: ['audio'] }],
    ['camera and microphone', { ...own, media: ['video', 'audio'] }],
    ['nothing named', { ...own, media: [] }],
    ['an unknown kind', { ...own, media: ['unknown'] }],
    ['an iframe', { ...own, isMainFrame: false, media: ['video'] }],
    ['another page', { from: 'app://kiosk.evil/', isMainFrame: true, media: ['video'] }],
    ['a web page', { from: 'https://evil.example/', isMainFrame: true, media: ['video'] }],
    ['nobody', { from: '', isMainFrame: true, media: ['video'] }],
  ])('denies the camera to %s', (_name, wish) =>
    expect(isGranted({ permission: 'media', ...wish })).toBe(false),
  )
})
