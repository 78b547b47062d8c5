import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAsset, resolveAsset } from '../../../main/shell/policy/resolve-asset.ts'

describe('a path that names a file of ours', () => {
  it.each([
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/index.html', 'index.html', 'text/html; charset=utf-8'],
    ['/assets/index-B7x_9-Q.js', 'assets/index-B7x_9-Q.js', 'text/javascript; charset=utf-8'],
    ['/assets/index.css', 'assets/index.css', 'text/css; charset=utf-8'],
    [
      '/assets/noto-sans-latin-400-normal-Cq1.woff2',
      'assets/noto-sans-latin-400-normal-Cq1.woff2',
      'font/woff2',
    ],
    ['/assets/zxing_reader-1a.wasm', 'assets/zxing_reader-1a.wasm', 'application/wasm'],
  ])('%s', (path, file, mimeType) => expect(resolveAsset(path)).toEqual({ path: file, mimeType }))
})

const hostile = [
  '',
  'index.html',
  '//index.html',
  '/..',
  '/../package.json',
  '/assets/../../package.json',
  '/assets/./index.js',
  '/%2e%2e/package.json',
  '/%2E%2E%2Fpackage.json',
  '/..%2fpackage.json',
  '/%252e%252e/package.json',
  '/..%5cpackage.json',
  '/..\\package.json',
  '/\\..\\package.json',
  '/C:/Windows/win.json',
  '/C:%5cWindows%5cwin.json',
  '/c|/win.json',
  '/index.html%00.js',
  '/index.html\0.js',
  '/index.html.',
  '/index.html ',
  '/index.html::$DATA',
  '/.env',
  '/.git/config.json',
  '/assets/.hidden.js',
  '/assets//index.js',
  '/assets/',
  '/assets',
  '/index.js.map',
  '/index.ts',
  '/main.cjs',
  '/server.pem',
  '/noextension',
  '/index.HTML',
  '/~root/index.html',
  '/index.html;x=.js',
  '/ïndex.html',
  `/${'a'.repeat(400)}.js`,
  'app://kiosk/index.html',
]

describe('a path that does not', () => {
  it.each(hostile)('%j', (path) => expect(resolveAsset(path)).toBeUndefined())
})

describe('reading', () => {
  let folder = ''
  let root = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-assets-'))
    root = join(folder, 'renderer')
    mkdirSync(join(root, 'assets'), { recursive: true })
    mkdirSync(join(folder, 'renderer-secret'))
    writeFileSync(join(root, 'index.html'), 'page')
    writeFileSync(join(folder, 'secret.json'), 'secret')
    writeFileSync(join(folder, 'renderer-secret', 'secret.json'), 'secret')
    mkdirSync(join(root, 'folder.js'))
    symlinkSync(join(folder, 'secret.json'), join(root, 'leads-out.json'))
    symlinkSync(join(folder, 'renderer-secret'), join(root, 'beside'))
    symlinkSync(join(root, 'index.html'), join(root, 'stays-in.html'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const read = async (path: string) => {
    const asset = resolveAsset(path)
    const bytes = asset && (await readAsset(root, asset))
    return bytes && Buffer.from(bytes).toString()
  }

  it('gives a file, and one that a link inside leads to', async () => {
    expect(await read('/')).toBe('page')
    expect(await read('/stays-in.html')).toBe('page')
  })
  it.each(['/leads-out.json', '/beside/secret.json', '/folder.js', '/absent.js'])(
    'gives nothing for %s',
    async (path) => {
      expect(resolveAsset(path)).toBeDefined()
      expect(await read(path)).toBeUndefined()
    },
  )
})
