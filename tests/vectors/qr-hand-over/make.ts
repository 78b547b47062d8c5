/** Writes `run.json`: one whole hand-over, with all keys, for makers of wallets (docs/qr-hand-over.md). */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { framesFor } from '../../../main/credentials/handover/frames.ts'
import { markOf } from '../../../main/credentials/handover/holder-mark.ts'
import { packCredential } from '../../../main/credentials/handover/pack-credential.ts'
import { createPairing } from '../../../main/credentials/handover/pairing.ts'
import { sealForHolder } from '../../../main/credentials/handover/seal.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { testPhone } from '../../unit/handover/test-phone.ts'

const at = Date.parse('2026-03-01T04:00:00Z')
const phone = await testPhone(() => at)
const issuerKey = await generateIssuerKey()
const pairing = createPairing({
  ...{ purpose: 'reissue', audience: issuerKey.did, office: 'Gasa dzongkhag', clock: { now: () => at } },
  random: (bytes) => Uint8Array.from({ length: bytes }, (_, n) => n + 1),
})
const credential = await issueFoundationalSdJwt({
  claims: {
    ...{ fullName: 'Tshering Yangchen', fullNameDzongkha: 'ཚེ་རིང་གཡང་ཆེན', gender: 'female' },
    ...{ dateOfBirth: '1986-04-12', cid: '11410003122', gewog: 'Lunana', dzongkhag: 'Gasa' },
  },
  holderJwk: phone.key.publicJwk,
  issuerKey,
  status: { listUrl: 'https://issuer.example.bt/status/1', index: 94_567 },
  validFrom: new Date(at),
  validUntil: new Date('2027-03-01T04:00:00Z'),
})
const packed = await packCredential(credential)
const sealed = await sealForHolder(packed, phone.key.publicJwk)
const whole = framesFor(sealed)
const framed = framesFor(sealed, { oneCodeBytes: 0 })
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const run = {
  at: new Date(at).toISOString(),
  issuer: issuerKey.did,
  holder: { privateJwk: phone.key.privateJwk, jkt: phone.jkt, mark: markOf(phone.key.publicJwk) },
  pairing: { id: pairing.id, nonce: pairing.nonce, code: pairing.text },
  holderCode: await phone.answer(pairing.text),
  credential,
  packed: hex(packed),
  sealed: hex(sealed),
  transfer: whole.transfer,
  oneCode: whole.frames[0],
  frames: framed.frames,
  receiptCode: await phone.receipt(whole.transfer, sealed),
}
writeFileSync(fileURLToPath(new URL('run.json', import.meta.url)), `${JSON.stringify(run, null, 2)}\n`)
