/** What the issuer says of a request, written into an inbox: each word once, under its own number. */
import { z } from 'zod'
import { signDocument } from '../../packet.ts'
import { zReceiptDoc, type ReceiptReason, type ReceiptState } from '../../z-facts.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskStore } from '../store/kiosk-store.ts'

export interface Word {
  state: ReceiptState
  reason?: ReceiptReason
  /** SHA-256 of the payloads that the issuer holds from now on */
  parts?: readonly string[]
}

export interface Receipts {
  /**
   * Writes words in their order. What stands there already, from a crash before the registry knew of it, stays.
   * @param first number of the first of them @returns the number of the last, which differs where another word stood there
   * @throws whatever the store threw; then they may be written in part, and the same call goes on
   */
  write(kiosk: string, request: string, first: number, words: readonly Word[]): Promise<number>
}

const zWritten = z.array(z.object({ error: z.unknown().optional(), status: z.number().optional() }))
const zStands = zReceiptDoc.pick({ state: true, reason: true })

export function createReceipts(
  store: Pick<KioskStore, 'inbox'>,
  keys: Pick<IssuerKeys, 'signing'>,
  clock: { now(): number },
): Receipts {
  async function signed(request: string, seq: number, { state, reason, parts }: Word) {
    const receipt = {
      _id: `receipt:${request}:${String(seq).padStart(4, '0')}`,
      ...{ type: 'receipt', request, seq, state },
      ...(reason && { reason }),
      ...(parts && { parts }),
      at: new Date(clock.now()).toISOString(),
    }
    return { ...receipt, signature: await signDocument(receipt, keys.signing.privateJwk) }
  }

  async function write(
    kiosk: string,
    request: string,
    first: number,
    words: readonly Word[],
  ): Promise<number> {
    const documents = await Promise.all(words.map((word, n) => signed(request, first + n, word)))
    const inbox = store.inbox(kiosk)
    const results = zWritten.parse(await inbox.bulkDocs(documents))
    const refused = results.find(({ error, status }) => error !== undefined && status !== 409)
    if (refused) throw new Error(`receipt not written: ${refused.status}`)
    const last = first + words.length - 1
    const word = words.at(-1)
    const document = documents.at(-1)
    if (!word || !document || results.at(-1)?.error === undefined) return last
    const stands = zStands.safeParse(await inbox.get(document._id)).data
    if (stands?.state === word.state && stands.reason === word.reason) return last
    // Something else was said before a crash; the kiosk goes by the highest number.
    return write(kiosk, request, last + 1, [word])
  }

  return { write }
}
