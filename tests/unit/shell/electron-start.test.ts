import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterCrash } from '../../../main/shell/electron/crash-policy.ts'
import { electronBinary } from '../../../main/shell/electron/electron-binary.ts'
import { refusedSwitches } from '../../../main/shell/electron/start-switches.ts'

describe('switches of an installed kiosk', () => {
  it.each([
    '--inspect',
    '--inspect-brk=0.0.0.0:9229',
    '--INSPECT',
    '-inspect',
    '--remote-debugging-port=9222',
    '--remote-debugging-pipe',
    '--remote-allow-origins=*',
    '--no-sandbox',
    '--disable-web-security',
    '--load-extension=/tmp/x',
    '--js-flags=--expose-gc',
    '--proxy-server=evil:1',
    '--host-resolver-rules=MAP * evil',
    '--ignore-certificate-errors',
    '--use-fake-ui-for-media-stream',
    '--use-file-for-fake-video-capture=/tmp/face.y4m',
    '--password-store=basic',
  ])('refuse %s', (argument) => expect(refusedSwitches(['--data', 'd', argument])).toEqual([argument]))
  it('leave what a kiosk is started with', () => {
    expect(
      refusedSwitches([
        '--data',
        '/d',
        '--issuer',
        'https://i',
        '--commission',
        'C',
        '--ozone-platform=wayland',
      ]),
    ).toEqual([])
  })
})

describe('after a crash of the page', () => {
  const minute = 60_000
  it.each([
    [[0], 'reload'],
    [[0, minute], 'reload'],
    [[0, minute, 2 * minute], 'relaunch'],
    [[0, minute, 5 * minute], 'reload'],
    [[0, 10 * minute, 20 * minute, 30 * minute], 'reload'],
    [[0, 20 * minute, 21 * minute, 22 * minute], 'relaunch'],
  ])('at %j it is time to %s', (times, step) => expect(afterCrash(times)).toBe(step))
})

describe("Electron's own program", () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-electron-'))
    for (const path of ['package/dist', 'override']) mkdirSync(join(folder, path), { recursive: true })
    writeFileSync(join(folder, 'package/dist/electron'), '')
    writeFileSync(join(folder, 'override/electron.exe'), '')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const inPackage = () => join(folder, 'package')

  it('is found beside its package, or where the environment says, which goes first', () => {
    expect(electronBinary({}, 'linux', inPackage())).toBe(join(folder, 'package/dist/electron'))
    const override = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'override') }
    expect(electronBinary(override, 'win32', inPackage())).toBe(join(folder, 'override/electron.exe'))
    expect(electronBinary(override, 'linux', inPackage())).toBe(join(folder, 'package/dist/electron'))
  })
  it('is not there when only the package is', () => {
    expect(electronBinary({}, 'linux', join(folder, 'nowhere'))).toBeUndefined()
    expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: '' }, 'linux', undefined)).toBe(
      electronBinary({}, 'linux'),
    )
  })
})
