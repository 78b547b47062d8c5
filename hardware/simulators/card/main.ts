/** The virtual card: `main.ts --port N --issuer-key FILE [--pcscd | --vpcd-port N | --vscard SOCKET] [--parent PID]` (docs/processes.md). */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { drawPortraitJpeg } from '../camera/portrait.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { createCardSlot, zCardName } from './card-slot.ts'
import { demoCitizen, otherCitizen } from './demo-citizens.ts'
import { startPcscd } from './pcscd.ts'
import { demoFinger } from './demo-finger.ts'
import { forgeCard, personaliseCard, type Personalisation } from './personalise.ts'
import { createTravelDocumentChip } from './travel-document/chip.ts'
import { demoCan, traveller } from './travel-document/documents.ts'
import { identityCardZone, passportZone } from './travel-document/groups.ts'
import { isTravelDocumentName, makeTravelDocuments } from './travel-document/kinds.ts'
import { cardAtr, createVirtualCard, shortCardAtr } from './virtual-card.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'issuer-key': { type: 'string' },
    pcscd: { type: 'boolean', default: false },
    'vpcd-port': { type: 'string', default: '35963' },
    vscard: { type: 'string' },
    parent: { type: 'string' },
  },
})

const zSigningKey = z
  .object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.string() })
  .extend({ kid: z.string().optional() })
const zApdus = z.number().int().min(0).max(1_000).optional()
const zInsert = z.object({ card: zCardName, pullAfterApdus: zApdus, silentAfterApdus: zApdus })

async function readIssuerKey(path: string | undefined) {
  if (!path) throw new Error("--issuer-key is missing: the issuer's private P-256 signing key (JWK)")
  return zSigningKey.parse(JSON.parse(await readFile(path, 'utf8')))
}

async function main(): Promise<void> {
  const issuerKey = await readIssuerKey(values['issuer-key'])
  const faces = new Map<number, Uint8Array>([[demoCitizen.face, drawPortraitJpeg(demoCitizen.face)]])
  const write = (
    { claims, card, face }: typeof demoCitizen | typeof otherCitizen,
    more: Pick<Personalisation, 'finger'> = {},
  ) => {
    // Drawing takes longer than all the rest.
    const portraitJpeg = faces.get(face) ?? drawPortraitJpeg(face)
    return personaliseCard({ claims, card, issuerKey, portraitJpeg, ...more })
  }
  const genuine = await write(demoCitizen)
  const pcscd = values.pcscd ? await startPcscd() : undefined
  const other = await write(otherCitizen)
  const { country, documents } = await makeTravelDocuments(Date.now())
  const office = {
    genuine,
    'with-finger': await write(demoCitizen, { finger: demoFinger }),
    'broken-signature': forgeCard(genuine),
    mute: genuine,
    'other-citizen': other,
    blank: undefined,
  }
  // QEMU's reader announces extended length and loses every answer over 374 bytes.
  const atr = values.vscard ? shortCardAtr : cardAtr
  const slot = createCardSlot(values.vscard ?? pcscd?.port ?? Number(values['vpcd-port']), (name) =>
    isTravelDocumentName(name)
      ? createTravelDocumentChip(documents[name])
      : createVirtualCard(office[name], atr),
  )
  const control = await startControlServer(Number(values.port), {
    'GET /state': () => slot.state(),
    'GET /travel-documents': () => ({
      csca: Buffer.from(country.csca).toString('base64'),
      passport: passportZone(traveller),
      idCard: identityCardZone(traveller),
      can: demoCan,
    }),
    'POST /insert': async (body) => {
      const { card, pullAfterApdus, silentAfterApdus } = zInsert.parse(body)
      await slot.insert(card, { pullAfterApdus, silentAfterApdus }).catch(() => {
        throw new BadCall('The virtual reader does not take the card: is pcscd running?')
      })
      return slot.state()
    },
    'POST /remove': async () => {
      await slot.remove()
      return slot.state()
    },
  })
  endWithOwner(process.argv, async () => {
    await slot.remove()
    await control.close()
    await pcscd?.close()
  })
  sayReady({
    ready: 'card',
    url: control.url,
    csca: Buffer.from(country.csca).toString('base64'),
    ...(pcscd && { pcscSocket: pcscd.socket }),
  })
}

await main()
