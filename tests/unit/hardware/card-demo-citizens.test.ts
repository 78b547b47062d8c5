/** The people on the demo cards are people whom the issuer's form and the issuer's own check of the card accept. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoCitizen, otherCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { forgeCard, personaliseCard } from '../../../hardware/simulators/card/personalise.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { cidOfCard } from '../../../sync/issuer/card-file.ts'

const master = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../sync/issuer/masters/${name}`, import.meta.url), 'utf8'))
const { places } = z
  .object({
    places: z.array(z.object({ value: z.string(), gewogs: z.array(z.object({ value: z.string() })) })),
  })
  .parse(master('places.json'))

describe.each([
  ['the demo citizen', demoCitizen],
  ['the other citizen', otherCitizen],
])('%s', (_who, citizen) => {
  it("fits the issuer's form", () => {
    const ajv = new Ajv2020({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/ } })
    const fits = ajv.compile(z.record(z.string(), z.unknown()).parse(master('form-schema.json')))
    expect(fits(citizen.claims) || fits.errors).toBe(true)
  })

  it('lives in a gewog of the dzongkhag', () => {
    const dzongkhag = places.find(({ value }) => value === citizen.claims.dzongkhag)
    expect(dzongkhag?.gewogs.map(({ value }) => value)).toContain(citizen.claims.gewog)
  })

  it('has a card that the issuer recognises, and a forged one that it does not', async () => {
    const issuer = await generateIssuerKey()
    const card = await personaliseCard({ claims: citizen.claims, issuerKey: issuer.privateJwk })
    const text = (from: typeof card) => Buffer.from(from.files.get(1) ?? []).toString('base64url')
    expect(await cidOfCard(text(card), issuer.publicJwk)).toBe(citizen.claims.cid)
    // The issuer signs mdocs, too: what that library makes of a CBOR tag must not become what a card is read by.
    await import('../../../main/credentials/mdoc/issue-mdoc.ts')
    expect(await cidOfCard(text(card), issuer.publicJwk)).toBe(citizen.claims.cid)
    expect(await cidOfCard(text(forgeCard(card)), issuer.publicJwk)).toBeUndefined()
  })
})
