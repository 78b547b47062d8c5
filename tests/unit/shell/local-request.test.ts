import { describe, expect, it } from 'vitest'
import { isAllowedFetch, isAllowedHost, isAllowedOrigin } from '../../../main/shell/policy/local-request.ts'

describe('Host', () => {
  it('is ours by address and port', () => expect(isAllowedHost('127.0.0.1:4000', 4000)).toBe(true))
  it.each([
    undefined,
    '',
    '127.0.0.1',
    '127.0.0.1:4001',
    '127.0.0.1:40000',
    'localhost:4000',
    '[::1]:4000',
    '0.0.0.0:4000',
    '127.0.0.1.nip.io:4000',
    'evil.example:4000',
    '127.1:4000',
    '2130706433:4000',
    '127.0.0.1:4000, evil.example',
    'evil@127.0.0.1:4000',
    ' 127.0.0.1:4000',
  ])('is refused as %j', (host) => expect(isAllowedHost(host, 4000)).toBe(false))
})

describe('Origin', () => {
  it('is our own page', () => expect(isAllowedOrigin('http://127.0.0.1:4000', 4000, true)).toBe(true))
  it('may be absent on a page load, never on a socket', () => {
    expect(isAllowedOrigin(undefined, 4000, false)).toBe(true)
    expect(isAllowedOrigin(undefined, 4000, true)).toBe(false)
  })
  it.each([
    '',
    'null',
    'https://127.0.0.1:4000',
    'http://127.0.0.1:4001',
    'http://127.0.0.1',
    'http://127.0.0.1:4000/',
    'http://127.0.0.1:4000.evil.example',
    'http://localhost:4000',
    'http://evil.example',
    'app://kiosk',
    'file://',
    'chrome-extension://abcdef',
  ])('is refused as %j', (origin) => {
    expect(isAllowedOrigin(origin, 4000, true)).toBe(false)
    expect(isAllowedOrigin(origin, 4000, false)).toBe(false)
  })
})

describe('Sec-Fetch', () => {
  it.each([
    ['same-origin', 'cors', true],
    ['same-origin', 'no-cors', true],
    ['none', 'navigate', true],
    ['same-site', 'navigate', true],
    [undefined, undefined, true],
    ['same-site', 'no-cors', false],
    ['same-site', 'cors', false],
    ['same-site', undefined, false],
    ['cross-site', 'navigate', false],
    ['cross-site', 'no-cors', false],
    ['cross-site', 'cors', false],
    ['nonsense', 'navigate', false],
  ])('site %j, mode %j: %s', (site, mode, allowed) => expect(isAllowedFetch(site, mode)).toBe(allowed))
})
