/** The vectors for makers of wallets: both sides of the hand-over agree with the file, and with nothing but the file. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { framesFor } from '../../../main/credentials/handover/frames.ts'
import { packCredential } from '../../../main/credentials/handover/pack-credential.ts'
import { readHolderProof } from '../../../main/credentials/handover/pairing.ts'
import { readHandOverReceipt, sealedSha256 } from '../../../main/credentials/handover/receipt.ts'
import { zP256PrivateJwk } from '../../../main/credentials/keys.ts'
import { HandOverCatcher } from '../../../renderer/phone/protocol/hand-over-catch.ts'
import { holderKeysOf, holderOf } from '../../../renderer/phone/protocol/holder.ts'
import { openSealed } from '../../../renderer/phone/protocol/open-sealed.ts'
import { readPairing } from '../../../renderer/phone/protocol/pairing-code.ts'
import { unpackCredential } from '../../../renderer/phone/protocol/unpack.ts'

const run = z
  .object({
    at: z.iso.datetime(),
    issuer: z.string(),
    holder: z.object({ privateJwk: zP256PrivateJwk, jkt: z.string(), mark: z.string() }),
    pairing: z.object({ id: z.string(), nonce: z.string(), code: z.string() }),
    ...{ holderCode: z.string(), credential: z.string(), packed: z.string(), sealed: z.string() },
    ...{ transfer: z.string(), oneCode: z.string(), frames: z.array(z.string()), receiptCode: z.string() },
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/qr-hand-over/run.json', import.meta.url), 'utf8')))
const at = Date.parse(run.at)
const sealed = Uint8Array.from(Buffer.from(run.sealed, 'hex'))

test('the kiosk takes the holder’s code and the receipt, and makes the same codes of the same bytes', async () => {
  const { id, nonce, code } = run.pairing
  const pairing = { id, nonce, audience: run.issuer, text: code, expires: at }
  const paired = (await readHolderProof(run.holderCode, pairing, at))._unsafeUnwrap()
  expect([paired.jkt, paired.mark]).toEqual([run.holder.jkt, run.holder.mark])
  expect(Buffer.from(await packCredential(run.credential)).toString('hex')).toBe(run.packed)
  expect(framesFor(sealed).frames).toEqual([run.oneCode])
  expect(framesFor(sealed, { oneCodeBytes: 0 })).toMatchObject({ frames: run.frames, transfer: run.transfer })
  const expected = { transfer: run.transfer, sha256: sealedSha256(sealed), jkt: run.holder.jkt }
  expect((await readHandOverReceipt(run.receiptCode, expected)).isOk()).toBe(true)
})

test('a phone with that key reads the pairing code, catches either form, opens it and has the credential', async () => {
  const holder = await holderOf(await holderKeysOf(run.holder.privateJwk))
  expect([holder.jkt, holder.mark]).toEqual([run.holder.jkt, run.holder.mark])
  expect(readPairing(run.pairing.code)._unsafeUnwrap()).toMatchObject({ audience: run.issuer })
  for (const texts of [[run.oneCode], run.frames.filter((_, n) => n % 5 > 0).reverse()]) {
    const catcher = new HandOverCatcher()
    let caught: Awaited<ReturnType<HandOverCatcher['take']>> = { state: 'broken' }
    for (const text of texts) if (caught.state !== 'whole') caught = await catcher.take(text)
    if (caught.state !== 'whole') throw new Error('not whole')
    expect(caught.sealed).toEqual({ transfer: run.transfer, bytes: sealed })
    const opened = (await openSealed(caught.sealed, holder))._unsafeUnwrap()
    expect(Buffer.from(opened).toString('hex')).toBe(run.packed)
    expect((await unpackCredential(opened))._unsafeUnwrap()).toBe(run.credential)
  }
})
