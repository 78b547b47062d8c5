import { describe, expect, it } from 'vitest'
import { allowOwnWorkers, ownScript, plainText } from '../../../renderer/lib/trusted-types.ts'

describe('the script address of a worker', () => {
  it.each([
    ['http://127.0.0.1:4000/', '/assets/scan-worker.js', true],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000/assets/scan-worker.js', true],
    ['app://kiosk/', 'app://kiosk/assets/scan-worker.js', true],
    ['app://kiosk/', 'assets/scan-worker.js', true],
    ['app://kiosk/', 'app://kiosk.evil/assets/x.js', false],
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4001/x.js', false],
    ['http://127.0.0.1:4000/', '//evil.example/x.js', false],
    ['http://127.0.0.1:4000/', 'data:text/javascript,alert(1)//.js', false],
    ['http://127.0.0.1:4000/', 'blob:http://127.0.0.1:4000/x.js', false],
    ['http://127.0.0.1:4000/', 'javascript:alert(1)//.js', false],
    ['http://127.0.0.1:4000/', '/index.html', false],
    ['http://127.0.0.1:4000/', 'http://[', false],
  ])('on %s: %s is ours: %s', (base, address, ours) =>
    expect(ownScript(address, base)).toBe(ours ? address : null),
  )
})

it.each(['<b>', '<img src=x onerror=alert(1)>', '&lt;', 'a<'])('lets no text become an element: %s', (text) =>
  expect(plainText(text)).toBeNull(),
)

it('lets a label through, makes the policy once, and does without where there are no trusted types', () => {
  expect(plainText('Space')).toBe('Space')
  const made: string[] = []
  const scope = { trustedTypes: { createPolicy: (name: string) => made.push(name) } }
  allowOwnWorkers({}, 'app://kiosk/')
  allowOwnWorkers(scope, 'app://kiosk/')
  allowOwnWorkers(scope, 'app://kiosk/')
  expect(made).toEqual(['default'])
})
