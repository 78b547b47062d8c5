/** The phone of a demonstration has no internet: what a wallet library wants from elsewhere is refused at once. */

/** A `fetch` for addresses of this machine only; anything else rejects without a packet being sent. */
export const loopbackFetch: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.hostname !== '127.0.0.1' && url.hostname !== 'localhost') {
    throw new TypeError(`the phone reaches this machine only, not ${url.hostname}`)
  }
  return fetch(input, { signal: AbortSignal.timeout(20_000), ...init })
}
