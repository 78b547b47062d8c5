/**
 * Whom the browser shell answers. Every page that the machine's browsers show can reach a port of 127.0.0.1, so being
 * asked from this machine proves nothing: a request must name us, come from our own page, and carry our cookie.
 */

/**
 * @param host the `Host` header @param port on which we listen
 * @returns whether it names exactly us. A name that merely leads to 127.0.0.1 (DNS rebinding) is not us.
 */
export function isAllowedHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}`
}

/**
 * @param origin the `Origin` header; browsers leave it out of plain page loads
 * @param must whether it has to be there, as on a WebSocket upgrade
 */
export function isAllowedOrigin(origin: string | undefined, port: number, must: boolean): boolean {
  return origin === undefined ? !must : origin === `http://127.0.0.1:${port}`
}

/**
 * @param site `Sec-Fetch-Site` @param mode `Sec-Fetch-Mode`, both as the browser sends them, absent elsewhere
 * @returns whether a file may be given: to our own page, or to a person who opens the address
 */
export function isAllowedFetch(site: string | undefined, mode: string | undefined): boolean {
  if (site === undefined || site === 'same-origin' || site === 'none') return true
  // The simulator panel, another port of this machine, opens the kiosk by its one-time address.
  return site === 'same-site' && mode === 'navigate'
}
