/**
 * Which shell the launcher starts. Electron's own program cannot be had everywhere, so a script stands in its place here:
 * what is tried is how it is called and what happens when it does not start, not Electron.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ChildProcesses } from '../../main/shell/launcher/child-processes.ts'
import { startKiosk } from '../../main/shell/launcher/kiosk-shell.ts'

let folder = ''
let children: ChildProcesses
const ended: (number | null)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-shell-'))
  ended.length = 0
  children = new ChildProcesses((_name, code) => ended.push(code))
})
afterEach(async () => {
  await children.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

function standIn(script: string): string {
  const path = join(folder, 'electron')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const start = (electron: string | undefined) =>
  startKiosk(children, {
    ...{ data: join(folder, 'kiosk'), port: 0, issuer: 'http://127.0.0.1:9/', commission: undefined },
    ...{ panel: 'http://127.0.0.1:9/', pcscSocket: undefined, electron, cameraFile: '/pictures/camera.y4m' },
  })

it('gives Electron its main file first, then what the host and the camera need', async () => {
  const told = join(folder, 'told')
  const electron = standIn(
    `printf '%s\\n' "$@" > '${told}'; echo '{"ready":"kiosk","url":"kiosk://kiosk/"}'; exec sleep 60`,
  )
  const kiosk = await start(electron)
  expect(kiosk).toMatchObject({ shell: 'electron', child: { ready: { url: 'kiosk://kiosk/' } } })
  const [file, ...args] = readFileSync(told, 'utf8').trim().split('\n')
  expect(file).toMatch(/main\/shell\/electron\/main\.[jt]s$/)
  expect(args).toContain('--use-file-for-fake-video-capture=/pictures/camera.y4m')
  expect(args).toEqual(expect.arrayContaining(['--data', join(folder, 'kiosk'), '--demo', '--parent']))
})

it('goes on with the browser shell when Electron does not start', async () => {
  const kiosk = await start(standIn('echo "error while loading shared libraries" >&2; exit 127'))
  expect(kiosk.shell).toBe('browser')
  const answer = await fetch(kiosk.child.ready.url, { redirect: 'manual' })
  expect(answer.headers.get('set-cookie')).toBeTruthy()
  expect(ended).toEqual([])
})
