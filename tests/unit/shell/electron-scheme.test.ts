import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerRequest, kioskScheme } from '../../../main/shell/electron/kiosk-scheme.ts'

describe("the kiosk's own protocol", () => {
  let folder = ''
  let root = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-scheme-'))
    root = join(folder, 'renderer')
    mkdirSync(join(root, 'assets'), { recursive: true })
    writeFileSync(join(root, 'index.html'), '<!doctype html>')
    writeFileSync(join(root, 'assets', 'scan-worker-1.js'), '1')
    writeFileSync(join(folder, 'secret.json'), 'secret')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const get = (url: string, method = 'GET') => answerRequest(root, { url, method })

  it('has an origin and no way around the policy', () => {
    expect(kioskScheme.privileges).toEqual({ standard: true, secure: true, supportFetchAPI: true })
  })
  it('gives the page with its policy', async () => {
    for (const url of ['app://kiosk/', 'app://kiosk/index.html', 'app://kiosk/?x#/staff']) {
      const response = await get(url)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('<!doctype html>')
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
  it('lets a worker compile WebAssembly', async () => {
    const policy = (await get('app://kiosk/assets/scan-worker-1.js')).headers.get('content-security-policy')
    expect(policy).toContain('wasm-unsafe-eval')
  })
  it.each([
    'app://kiosk/../secret.json',
    'app://kiosk/%2e%2e/secret.json',
    'app://kiosk/..%5csecret.json',
    'app://kiosk//secret.json',
    'app://kiosk/absent.js',
    'app://other/index.html',
    'app://kiosk.evil/index.html',
    'file:///etc/passwd',
    'nonsense',
  ])('gives nothing for %s', async (url) => {
    const response = await get(url)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
  })
  it('answers nothing but GET', async () => {
    for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS'])
      expect((await get('app://kiosk/', method)).status).toBe(404)
  })
})
