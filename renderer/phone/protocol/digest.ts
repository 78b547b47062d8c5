/** SHA-256, as everything here is named and checked by. */
import { base64url } from 'jose'

export async function sha256(data: Uint8Array<ArrayBuffer> | string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** @returns base64url */
export const sha256Text = async (data: Uint8Array<ArrayBuffer> | string): Promise<string> =>
  base64url.encode(await sha256(data))
