import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  contentSecurityPolicy,
  isWorkerScript,
  securityHeaders,
} from '../../../main/shell/policy/response-headers.ts'

const page = contentSecurityPolicy('index.html')

describe('content security policy', () => {
  it('holds each rule of the security reference', () => {
    const rules =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    for (const rule of rules.split('; ')) expect(page.split('; ')).toContain(rule)
  })
  it('never allows inline or evaluated code', () => {
    for (const path of ['index.html', 'assets/scan-worker-a1.js', 'assets/index-a1.js']) {
      expect(contentSecurityPolicy(path)).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/)
    }
  })
  it('lets only a worker compile WebAssembly', () => {
    expect(contentSecurityPolicy('assets/scan-worker-a1.js')).toContain(
      "script-src 'self' 'wasm-unsafe-eval'",
    )
    expect(page).not.toContain('wasm-unsafe-eval')
    expect(contentSecurityPolicy('assets/index-a1.js')).not.toContain('wasm-unsafe-eval')
  })
  it.each([
    ['assets/scan-worker-B1x.js', true],
    ['assets/worker-B1x.js', true],
    ['assets/qr.worker-B1x.js', true],
    ['assets/index-worker/index.js', false],
    ['index.html', false],
    ['assets/worker.css', false],
    ['assets/index-abc.js', false],
  ])('takes %s for a worker: %s', (path, worker) => expect(isWorkerScript(path)).toBe(worker))
  it('names the policy that this version of Svelte makes', () => {
    const source = readFileSync(
      fileURLToPath(
        new URL('../../../node_modules/svelte/src/internal/client/dom/reconciler.js', import.meta.url),
      ),
      'utf8',
    )
    const name = /createPolicy\('([^']+)'/.exec(source)?.[1]
    expect(name).toBeDefined()
    expect(page).toContain(`trusted-types ${name} default`)
  })
})

describe('the other headers', () => {
  it('are there on every response', () => {
    expect(securityHeaders('')).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    expect(securityHeaders('')['permissions-policy']).toMatch(/camera=\(self\), microphone=\(\)/)
  })
  it('let only files with a hash in their name be kept', () => {
    expect(securityHeaders('assets/index-a1.js')['cache-control']).toContain('immutable')
    expect(securityHeaders('index.html')['cache-control']).toBe('no-store')
  })
})
