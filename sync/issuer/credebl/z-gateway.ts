/** What CREDEBL's API gateway answers, as far as it is used here; what is more is left alone. */
import { z } from 'zod'

/** Every answer comes in it. */
export const zEnvelope = <T extends z.ZodType>(data: T) => z.object({ statusCode: z.number(), data })

export const zToken = z.object({
  access_token: z.string().min(1).max(20_000),
  expires_in: z.number().positive(),
})

export const zSessionState = z.enum([
  'OfferCreated',
  'OfferUriRetrieved',
  'AuthorizationInitiated',
  'AuthorizationGranted',
  'AccessTokenRequested',
  'AccessTokenCreated',
  'CredentialRequestReceived',
  'CredentialsPartiallyIssued',
  'Completed',
  'Error',
])
export type SessionState = z.infer<typeof zSessionState>

const zSessionId = z.string().regex(/^[A-Za-z0-9._~-]{1,200}$/)
export const zSession = z.object({ id: zSessionId, state: zSessionState })

export const zCreatedOffer = z.object({
  credentialOffer: z
    .string()
    .max(4_000)
    .regex(/^openid-credential-offer:\/\/\S*\?\S+$/),
  issuanceSession: z.object({
    id: zSessionId,
    userPin: z.string().regex(/^\d{4,10}$/),
    expiresAt: z.iso.datetime().optional(),
  }),
})

const zAttribute = z.object({ key: z.string().max(200), mandatory: z.boolean().optional() })
export const zTemplate = z.object({
  id: z.string(),
  format: z.string(),
  attributes: z.union([
    z.object({
      namespaces: z.array(z.object({ namespace: z.string(), attributes: z.array(zAttribute) })).min(1),
    }),
    z.object({ attributes: z.array(zAttribute).min(1) }),
  ]),
})
export type Template = z.infer<typeof zTemplate>
export const zTemplates = z.array(zTemplate)

/** The platform forwards what its agent said; what is in the credentials is not looked at. */
export const zWebhook = z.object({ data: zSession })
