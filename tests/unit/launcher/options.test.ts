import { describe, expect, it } from 'vitest'
import { chromiumSwitches, hasDisplay, screenSize } from '../../../main/shell/launcher/browser-window.ts'
import { readOptions } from '../../../main/shell/launcher/options.ts'

describe('options of npm start', () => {
  it('opens a window on a free port unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ window: true, port: 0, json: false })
  })
  it('takes all of its options', () => {
    expect(readOptions(['--no-window', '--data', '/tmp/x', '--port', '4400', '--json'])).toEqual({
      window: false,
      data: '/tmp/x',
      port: 4400,
      json: true,
    })
  })
  it.each([[['--port', '70000']], [['--port', 'many']], [['--colour']], [['--data']]])(
    'says what is wrong with %j',
    (args) => {
      expect(readOptions(args)).toMatch(/npm start -- /)
    },
  )
})

describe('the window', () => {
  it('has no sandbox only where Chromium could not start with one', () => {
    const given = { url: 'http://x/', profile: '/p', cameraFile: '/c', size: undefined }
    expect(chromiumSwitches({ ...given, asRoot: false })).not.toContain('--no-sandbox')
    expect(chromiumSwitches({ ...given, asRoot: true })).toContain('--no-sandbox')
  })
  it.each([
    ['Screen 0: minimum 16 x 16, current 1080 x 1920, maximum 32767 x 32767', '1080,1920'],
    ['  dimensions:    1366x768 pixels (361x203 millimeters)', '1366,768'],
    ["Can't open display :0", undefined],
    ['', undefined],
  ])('is as large as the screen that %j tells of', (told, size) => {
    expect(screenSize(told)).toBe(size)
  })
  it.each([
    [{}, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{}, 'win32', true],
  ] as const)('with %j on %s: %s', (env, platform, there) => {
    expect(hasDisplay(env, platform)).toBe(there)
  })
})
