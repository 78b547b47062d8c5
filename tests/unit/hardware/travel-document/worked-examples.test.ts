/**
 * The terminal against the worked examples of ICAO 9303-11, appendices D (BAC, secure messaging) and G.1 (PACE), of RFC 4493
 * and NIST SP 800-38B (CMAC). For Chip Authentication the standard has none.
 */
import { describe, expect, it } from 'vitest'
import { passwordOf, mrzInformation } from '../../../../hardware/card/travel-document/access-key.ts'
import { authenticate, bacKeys } from '../../../../hardware/card/travel-document/bac.ts'
import { cmac } from '../../../../hardware/card/travel-document/cipher.ts'
import { pointBytes, xBytes } from '../../../../hardware/card/travel-document/curves.ts'
import { deriveKey, purpose } from '../../../../hardware/card/travel-document/key-derivation.ts'
import { agree, choosePace, decryptNonce, mapNonce } from '../../../../hardware/card/travel-document/pace.ts'
import { createSecureMessaging } from '../../../../hardware/card/travel-document/secure-messaging.ts'
import { parseSecurityInfos } from '../../../../hardware/card/travel-document/security-infos.ts'

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex')
const hex = (data: Uint8Array | undefined) =>
  Buffer.from(data ?? [])
    .toString('hex')
    .toUpperCase()
const answer = (text: string) => ({
  data: bytes(text).subarray(0, -2),
  status: bytes(text).readUInt16BE(bytes(text).length - 2),
})
/** Gives the example's "random" numbers one after the other. */
const given =
  (...values: string[]) =>
  () =>
    bytes(values.shift() ?? '')

describe('appendix D: BAC', () => {
  const key = { documentNumber: 'L898902C', dateOfBirth: '690806', dateOfExpiry: '940623' }
  const secret = passwordOf(key)._unsafeUnwrap().secret

  it('makes the document keys from the data page (D.1, D.2)', () => {
    expect(mrzInformation(key)).toBe('L898902C<369080619406236')
    expect(hex(secret.subarray(0, 16))).toBe('239AB9CB282DAF66231DC5A4DF6BFBAE')
    expect(hex(bacKeys(secret).encryption)).toBe('AB94FDECF2674FDFB9B391F85D7F76F2')
    expect(hex(bacKeys(secret).mac)).toBe('7962D9ECE03D1ACD4C76089DCE131543')
  })

  it('takes a number of more than nine characters (D.2, TD1)', () => {
    const long = { documentNumber: 'D23145890734', dateOfBirth: '340712', dateOfExpiry: '950712' }
    expect(mrzInformation(long)).toBe('D23145890734934071279507122')
    const mrz =
      'I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<'
    expect(passwordOf({ mrz })).toEqual(passwordOf(long))
  })

  const step = authenticate(
    secret,
    bytes('4608F91988702212'),
    given('781723860C06C226', '0B795240CB7049B01C19B33E32804F0B'),
  )

  it('answers the challenge, and makes the session keys from the answer (D.3)', () => {
    expect(hex(step.command.data)).toBe(
      '72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7',
    )
    const keys = step.finish(
      bytes('46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449'),
    )
    expect(hex(keys?.encryption)).toBe('979EC13B1CBFE9DCD01AB0FED307EAE5')
    expect(hex(keys?.mac)).toBe('F1CB1F1FB5ADF208806B89DC579DC1F8')
    expect(hex(keys?.counter)).toBe('887022120C06C226')
  })

  it('protects and opens the three commands of the example (D.4)', () => {
    const session = createSecureMessaging({
      cipher: '3des',
      encryption: bytes('979EC13B1CBFE9DCD01AB0FED307EAE5'),
      mac: bytes('F1CB1F1FB5ADF208806B89DC579DC1F8'),
      counter: bytes('887022120C06C226'),
    })
    expect(hex(session.protect({ header: [0, 0xa4, 2, 0x0c], data: bytes('011E') }))).toBe(
      '0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800',
    )
    expect(session.open(answer('990290008E08FA855A5D4C50A8ED9000'))).toMatchObject({
      value: { status: 0x9000 },
    })
    expect(hex(session.protect({ header: [0, 0xb0, 0, 0], wanted: 4 }))).toBe(
      '0CB000000D9701048E08ED6705417E96BA5500',
    )
    const head = session.open(answer('8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000'))
    expect(hex(head._unsafeUnwrap().data)).toBe('60145F01')
    expect(hex(session.protect({ header: [0, 0xb0, 0, 4], wanted: 0x12 }))).toBe(
      '0CB000040D9701128E082EA28A70F3C7B53500',
    )
    const rest = session.open(
      answer('871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000'),
    )
    expect(hex(rest._unsafeUnwrap().data)).toBe('04303130365F36063034303030305C026175')
  })
})

describe('appendix G.1: PACE, ECDH, generic mapping, brainpoolP256r1, AES-128', () => {
  const infos = parseSecurityInfos(bytes('31143012060A04007F0007020204020202010202010D'))
  const info = infos?.pace[0]
  if (!info) throw new Error('The example says that there is PACE')
  const password = passwordOf({
    documentNumber: 'T22000129',
    dateOfBirth: '640812',
    dateOfExpiry: '101031',
  })._unsafeUnwrap()

  it('reads what the chip offers, and chooses it with the zone as password', () => {
    expect(info).toMatchObject({ oid: '0.4.0.127.0.7.2.2.4.2.2', cipher: 'aes128', parameterId: 13 })
    expect(hex(choosePace(info, password).data)).toBe('800A04007F00070202040202830101' + '84010D')
  })

  it('decrypts the nonce', () => {
    expect(hex(password.secret)).toBe('7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD')
    expect(hex(deriveKey(password.secret, 'aes128', purpose.password))).toBe(
      '89DED1B26624EC1E634C1989302849DD',
    )
    expect(hex(decryptNonce(bytes('95A3A016522EE98D01E76CB6B98B42C3'), password, info))).toBe(
      '3F00C4D39D153F2B2A214A078D899B22',
    )
  })

  const secretOf = (text: string) => {
    // Turned back into what the pair is made from: any number that leaves this remainder.
    const value = BigInt(`0x${text.replace(/\s/g, '')}`) - 1n
    return (length: number) => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')
  }
  const mapping = mapNonce(
    info,
    bytes('3F00C4D39D153F2B2A214A078D899B22'),
    secretOf('7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99'),
  )
  const base = mapping.finish(
    bytes(
      '04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54',
    ),
  )
  if (!base) throw new Error('The example maps to a base')

  it('maps the nonce to the base of the example', () => {
    expect(hex(mapping.send)).toBe(
      '8141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D',
    )
    expect(hex(pointBytes(base))).toBe(
      '048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522',
    )
  })

  it('agrees on the keys and the tokens of the example', () => {
    const agreement = agree(
      info,
      base,
      secretOf('A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595'),
    )
    expect(hex(agreement.send)).toBe(
      '8341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462',
    )
    const chip = bytes(
      '049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094',
    )
    const agreed = agreement.finish(chip)
    expect(hex(agreed?.keys.encryption)).toBe('F5F0E35C0D7161EE6724EE513A0D9A7F')
    expect(hex(agreed?.keys.mac)).toBe('FE251C7858B356B24514B3BD5F4297D1')
    expect(hex(agreed?.sendToken)).toBe('8508C2B0BD78D94BA866')
    expect(hex(agreed?.expectedToken)).toBe('3ABB9674BCE93C08')
    expect(xBytes(base)).toHaveLength(32)
  })

  it('takes no point that is its own, or none of the curve', () => {
    const agreement = agree(info, base)
    expect(agreement.finish(agreement.send.subarray(2))).toBeUndefined()
    expect(agreement.finish(new Uint8Array(65))).toBeUndefined()
    expect(mapping.finish(Uint8Array.of(0))).toBeUndefined()
  })
})

describe('CMAC', () => {
  const key = bytes('2b7e151628aed2a6abf7158809cf4f3c')
  const text = bytes(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  )
  it.each([
    [0, 'BB1D6929E95937287FA37D129B756746'],
    [16, '070A16B46B4D4144F79BDD9DD04A287C'],
    [40, 'DFA66747DE9AE63030CA32611497C827'],
    [64, '51F0BEBF7E3B9D92FC49741779363CFE'],
  ])('of %i bytes is as RFC 4493 has it', (length, expected) => {
    expect(hex(cmac('aes128', key, text.subarray(0, length)))).toBe(expected)
  })

  it('with AES-256 is as SP 800-38B has it', () => {
    const long = bytes('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
    expect(hex(cmac('aes256', long, new Uint8Array()))).toBe('028962F61B7BF89EFC6B551F4667D983')
    expect(hex(cmac('aes256', long, text.subarray(0, 16)))).toBe('28A7023F452E8F82BD4BF28D8C37C35C')
  })
})
