/** `app://kiosk/…` instead of `file:`: only the built screens, each with its policy. */
import type { CustomScheme, Session } from 'electron'
import { readAsset, resolveAsset } from '../policy/resolve-asset.ts'
import { securityHeaders } from '../policy/response-headers.ts'
import { isOwnPage, ownUrl, scheme } from './own-page.ts'

/** Standard and secure so that it has an origin and may use the camera; neither `bypassCSP` nor `corsEnabled`. */
export const kioskScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
}

/** @param root folder of the built screens @returns the answer to a request of the page; 404 for all that is not ours */
export async function answerRequest(
  root: string,
  { method, url }: { method: string; url: string },
): Promise<Response> {
  const none = () => new Response('', { status: 404, headers: securityHeaders('') })
  if (method !== 'GET' || !isOwnPage(url)) return none()
  // The path as it was sent: `new URL` would tidy `..` away before it is judged.
  const path = url.slice(ownUrl.length - 1).split(/[?#]/, 1)[0] ?? ''
  const asset = resolveAsset(path)
  const bytes = asset && (await readAsset(root, asset))
  if (!asset || !bytes) return none()
  return new Response(new Uint8Array(bytes), {
    headers: { ...securityHeaders(asset.path), 'content-type': asset.mimeType },
  })
}

export function serveScreens({ protocol }: Session, root: string): void {
  protocol.handle(scheme, (request) => answerRequest(root, request))
}
