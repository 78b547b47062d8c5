/** From what came, by code or over the network, to an ID that may be kept. */
import type { Result } from 'neverthrow'
import { checkCredential, type CheckedCredential } from './protocol/check-credential.ts'
import type { Sealed } from './protocol/hand-over-catch.ts'
import type { Holder } from './protocol/holder.ts'
import { openSealed } from './protocol/open-sealed.ts'
import { failed, type PhoneFailure } from './protocol/phone-failure.ts'
import { readSdJwt } from './protocol/sd-jwt.ts'
import { unpackCredential } from './protocol/unpack.ts'

export interface Taken {
  sdJwt: string
  checked: CheckedCredential
}

interface TakeOptions {
  holder: Holder
  /** DIDs of issuers that the citizen has agreed to take something from */
  issuers: readonly string[]
  now: number
}

/** Caught from a kiosk's screen: only from an issuer whose pairing the citizen has answered. */
export async function takeSealed(sealed: Sealed, options: TakeOptions): Promise<Result<Taken, PhoneFailure>> {
  const packed = await openSealed(sealed, options.holder)
  if (packed.isErr()) return failed(packed.error.code)
  const sdJwt = await unpackCredential(packed.value)
  if (sdJwt.isErr()) return failed(sdJwt.error.code)
  return taken(sdJwt.value, options)
}

/** Collected from an issuer whose offer the citizen has accepted just now: by that its name is learnt. */
export async function takeOffered(sdJwt: string, options: TakeOptions): Promise<Result<Taken, PhoneFailure>> {
  const said = (await readSdJwt(sdJwt))?.payload.iss
  return taken(sdJwt, { ...options, issuers: [...options.issuers, ...(said === undefined ? [] : [said])] })
}

const taken = async (sdJwt: string, options: TakeOptions): Promise<Result<Taken, PhoneFailure>> =>
  (await checkCredential(sdJwt, options)).map((checked) => ({ sdJwt, checked }))
