/** What the host says at the self-service door in the pictures. Names and numbers are made up. */
import type { CardView, Identified, Offer, PresentationRequest, Revealed } from '../../main/api/z-citizen.ts'
import type { HandOver, Pairing, ReissueTicket } from '../../main/api/z-handover.ts'
import { zRequestId, type RequestState } from '../../sync/z-facts.ts'

const request = zRequestId.parse('01M87QCB9CJZQSXPJ8GGAX9701')
const hence = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
const handle = 'handle-of-the-pictures'

/** Somebody whose request stands there. */
export function somebody(state: RequestState | undefined, more: Partial<Identified> = {}): Identified {
  return {
    ...{ handle, by: 'card', phone: 'offer' },
    ...(state && { request: { id: request, state, created: hence(-60 * 50) } }),
    ...more,
  }
}

export const offer = (minutes = 9.6): Offer => ({
  offer: 'offer-of-the-pictures',
  uri: 'openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2FZ4kT0rWn2p6yQ8sX',
  txCode: '482913',
  expires: hence(minutes),
})

export const pairing = (): Pairing => ({
  pairing: 'pairing-of-the-pictures',
  qr: 'btkiosk:pair:1:eyJwdXJwb3NlIjoicmVpc3N1ZSIsIm5vbmNlIjoiWjRrVDByV24ycDZ5UThzWCJ9',
  expires: hence(5),
})

export const ticket = (): ReissueTicket => ({
  request,
  created: hence(0),
  slip: `btkiosk:slip:1:${request}:K7`,
  later: { uri: offer().uri, txCode: '482913', until: hence(60 * 24 * 14) },
  provisional: { validUntil: hence(60 * 24 * 7) },
})

export const handOver = (): HandOver => ({
  transfer: 'transfer-of-the-pictures',
  what: 'credential',
  frames: Array.from(
    { length: 12 },
    (_, at) => `BTKIOSK:FRAME:1:${at + 1}:12:${'ZK3W9QP7TN4XR6VY'.repeat(9)}`,
  ),
  needed: 9,
  bytes: 2_140,
})

export const card: CardView = {
  claims: [
    { name: 'fullName', value: 'Pema Lhamo Wangchuk' },
    { name: 'fullNameDzongkha', value: 'པདྨ་ལྷ་མོ་དབང་ཕྱུག' },
    { name: 'cid', value: '10800001234' },
    { name: 'birthDate', value: '1991-04-17' },
    { name: 'gender', value: 'female' },
    { name: 'dzongkhag', value: 'Paro' },
    { name: 'gewog', value: 'Lungnyi' },
    { name: 'village', value: 'Bonday' },
  ],
}

export const question = (): PresentationRequest => ({
  id: 'question-of-the-pictures',
  qr: 'openid4vp://?client_id=kiosk&request=eyJhbGciOiJFZERTQSIsInR5cCI6Im9hdXRoLWF1dGh6LXJlcStqd3QifQ',
  purpose: 'prove-adult',
  claims: ['ageOver18'],
  expires: hence(5),
})

export const revealed = (provisional: boolean): Revealed => ({
  claims: [{ name: 'ageOver18', value: 'true' }],
  issuer: 'did:web:issuer.example',
  issuerName: 'Department of Civil Registration and Census',
  format: 'dc+sd-jwt',
  statusAgeDays: 2,
  ...(provisional && { provisional: { office: 'Paro', until: hence(60 * 24 * 6) } }),
})
