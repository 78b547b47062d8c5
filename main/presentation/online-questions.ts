/** Asking a phone that has a network, through the issuer's relay. The kiosk calls; nobody calls the kiosk. */
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { Purpose } from '../api/z-citizen.ts'
import type { Clock } from '../clock.ts'
import type { Commission } from '../commission/z-commission.ts'
import { issuerKeyFromJwk } from '../credentials/keys.ts'
import { claimsOfPurposes } from '../credentials/purposes.ts'
import {
  createSignedRequest,
  longestSealedAnswer,
  openSealedAnswer,
  type SignedRequest,
} from '../credentials/signed-request.ts'
import type { IssuerCalls } from '../reissue/issuer-calls.ts'

export type OnlineQuestion = Pick<SignedRequest, 'asked' | 'answerKey'>

export interface OnlineQuestions {
  /** @returns the question, which lies at the relay now; why the issuer cannot be asked (`IssuerCalls`) */
  ask(purpose: Purpose): Promise<Result<OnlineQuestion, Failure>>
  /** @returns the phone's `vp_token`, not looked at; null while there is none; `presentation.unreadable`, `IssuerCalls` */
  collect(question: OnlineQuestion): Promise<Result<{ token: unknown } | null, Failure>>
}

interface Parts {
  commission: () => Commission | undefined
  issuer: IssuerCalls
  clock: Clock
  random: (bytes: number) => Uint8Array
}

const zVerifier = z.object({
  url: z.url({ protocol: /^https?$/ }).max(400),
  registration: z.string().max(4_000),
})
const zCollected = z.union([
  z.object({ state: z.literal('open') }),
  z.object({ state: z.literal('answered'), response: z.string().max(longestSealedAnswer) }),
])

export function createOnlineQuestions({ commission, issuer, clock, random }: Parts): OnlineQuestions {
  return {
    async ask(purpose) {
      const kiosk = commission()
      if (!kiosk) return err({ code: 'kiosk.not-commissioned' })
      const verifier = await issuer.call('/kiosk/verifier', { schema: zVerifier })
      if (verifier.isErr()) return err(verifier.error)
      const { request, ...question } = await createSignedRequest({
        ...{ id: Buffer.from(random(16)).toString('base64url'), purpose, office: kiosk.office },
        ...{ claims: claimsOfPurposes[purpose], kioskKey: await issuerKeyFromJwk(kiosk.signingKey) },
        ...{ ...verifier.value, clock, random },
      })
      const body = { id: question.asked.id, request }
      const left = await issuer.call('/kiosk/presentations', { schema: z.object({}), body })
      return left.map(() => question)
    },
    async collect({ asked, answerKey }) {
      const said = await issuer.call(`/kiosk/presentations/${asked.id}`, { schema: zCollected })
      if (said.isErr()) return err(said.error)
      if (said.value.state === 'open') return ok(null)
      const token = await openSealedAnswer(said.value.response, answerKey)
      return token.map((one) => ({ token: one }))
    },
  }
}
