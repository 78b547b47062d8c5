/**
 * What a slip's QR holds, from its number alone: for a number that was typed, and to show the code again. The check is the
 * host's own (`main/enrolment/slip-code.ts`, which a screen may not import); a test holds both to the same result.
 */

/** Crockford's base 32: what somebody reads as O, I or L is 0 and 1. @returns what counts of what was typed */
export function slipNumber(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-HJKMNP-TV-Z]/g, '')
    .slice(0, slipNumberLength)
}

export const slipNumberLength = 26

/** @param number 26 characters @returns `btkiosk:slip:1:<number>:<check>` */
export async function slipText(number: string): Promise<string> {
  const body = `btkiosk:slip:1:${number}`
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)))
  const check = [...hash.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${body}:${check.toUpperCase()}`
}

/** In groups of four, as on the slip. */
export const grouped = (number: string): string => number.match(/.{1,4}/g)?.join(' ') ?? ''
