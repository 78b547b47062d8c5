/** What goes with every file of the phone's page: the kiosk's own rules, and pictures of credentials besides. */
import { securityHeaders } from '../policy/response-headers.ts'

/** @param path of the file, as `resolveAsset` gave it */
export function phoneHeaders(path: string): Record<string, string> {
  return {
    ...securityHeaders(path),
    // The page copies a code when it is asked to, and opens the camera; it needs nothing else of the browser.
    'permissions-policy': 'camera=(self), clipboard-write=(self), microphone=(), geolocation=()',
  }
}
