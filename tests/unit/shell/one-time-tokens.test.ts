import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { oneTimeTokens } from '../../../main/shell/browser/one-time-tokens.ts'

const random = (bytes: number) => randomBytes(bytes)

describe('one-time tokens', () => {
  it('work once', () => {
    const tokens = oneTimeTokens(random)
    const token = tokens.mint()
    expect(tokens.redeem(token)).toBe(true)
    expect(tokens.redeem(token)).toBe(false)
  })
  it('are not guessed', () => {
    const tokens = oneTimeTokens(random)
    const token = tokens.mint()
    for (const other of ['', 'x', token.slice(1), `${token} `, token.toLowerCase()]) {
      expect(tokens.redeem(other)).toBe(false)
    }
    expect(token).toMatch(/^[\w-]{43}$/)
  })
  it('lose the oldest when there are too many unused', () => {
    const tokens = oneTimeTokens(random, 2)
    const [first, second, third] = [tokens.mint(), tokens.mint(), tokens.mint()]
    expect([first, second, third].map((token) => tokens.redeem(token))).toEqual([false, true, true])
  })
})
