import { ulid } from 'ulid'
import { describe, expect, test } from 'vitest'
import { readSlipCode, slipCode } from '../../../main/enrolment/slip-code.ts'
import { zRequestId } from '../../../sync/z-facts.ts'

const id = zRequestId.parse(ulid())
const codeOf = (text: string) => {
  const read = readSlipCode(text)
  return read.isOk() ? read.value : read.error.code
}

describe('the code on a slip', () => {
  test('is read as the request that it was made for, with spaces around it', () => {
    expect(slipCode(id)).toMatch(/^btkiosk:slip:1:[0-9A-Z]{26}:[0-9A-F]{8}$/)
    expect(codeOf(` ${slipCode(id)}\n`)).toBe(id)
  })

  test('every single character mistyped is noticed', () => {
    const good = slipCode(id)
    for (let at = 0; at < good.length; at += 1) {
      const wrong = good[at] === 'A' ? 'B' : 'A'
      expect(codeOf(good.slice(0, at) + wrong + good.slice(at + 1))).toBe('qr.not-ours')
    }
  })

  test.each([
    ['noise of 3 kB', 'x'.repeat(3_000), 'qr.too-long'],
    ['binary noise of 3 kB', '\u0000\ufffd'.repeat(1_500), 'qr.too-long'],
    ['an address', 'https://example.org/pay?to=me', 'qr.link'],
    ['an address in capitals', 'HTTP://EXAMPLE.ORG', 'qr.link'],
    ['an offer for a wallet', 'openid-credential-offer://?credential_offer_uri=x', 'qr.link'],
    ['an address without its scheme', 'www.example.org', 'qr.link'],
    ['a bus ticket', 'TICKET 12345', 'qr.not-ours'],
    ['nothing', '', 'qr.not-ours'],
    ['the next version of a slip', slipCode(id).replace(':1:', ':2:'), 'qr.not-ours'],
    ['a slip with something behind it', `${slipCode(id)}:more`, 'qr.not-ours'],
    ['a slip in small letters', slipCode(id).toLowerCase(), 'qr.not-ours'],
  ])('%s is refused', (_name, text, code) => {
    expect(codeOf(text)).toBe(code)
  })
})
