/** The one page there is: the built screens under the kiosk's own protocol. */

export const scheme = 'app'
export const ownUrl = `${scheme}://kiosk/`

/**
 * @param text of a URL, as Chromium reports it
 * @returns whether it is our page. The parts are compared, never the beginning of the text: `app://kiosk.evil`,
 * `app://kiosk@evil` and `app://kiosk:80` begin alike.
 */
export function isOwnPage(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === `${scheme}:` && url.host === 'kiosk' && url.username === '' && url.password === ''
}
