/**
 * What the phone's page may ask of the issuer through us, since a real phone does not reach 127.0.0.1 of this machine: the
 * doors that OpenID4VCI and OpenID4VP give to phones, and no other.
 */

export interface ProxyRequest {
  method: string
  /** as it was sent, still percent-encoded, without a query */
  path: string
  headers: { authorization?: string | undefined; 'content-type'?: string | undefined }
  body: Uint8Array
}

export interface ProxyReply {
  status: number
  type: string
  body: Uint8Array
}

export const longestProxyBody = 64_000
const longestReply = 256_000
const patienceMs = 15_000
const mostAtOnce = 16

const doors: readonly { method: string; path: RegExp }[] = [
  {
    method: 'GET',
    path: /^\/\.well-known\/(openid-credential-issuer|oauth-authorization-server)$/,
  },
  { method: 'GET', path: /^\/oid4vci\/(jwks|offers\/[A-Za-z0-9_-]{1,64})$/ },
  {
    method: 'POST',
    path: /^\/oid4vci\/(token|nonce|credential|deferred_credential|deferred|notification)$/,
  },
  { method: 'GET', path: /^\/oid4vp\/requests\/[A-Za-z0-9_-]{22}$/ },
  { method: 'POST', path: /^\/oid4vp\/answers\/[A-Za-z0-9_-]{22}$/ },
]

export const isOpenDoor = (method: string, path: string): boolean =>
  doors.some((door) => door.method === method && door.path.test(path))

/** @param issuer address of the issuer @returns passes a request on; 404 for a door that is not a phone's, 502, 503 */
export function createPhoneProxy(issuer: string, fetching: typeof fetch = fetch) {
  let open = 0
  const plain = (status: number): ProxyReply => ({ status, type: 'text/plain', body: new Uint8Array() })
  return async ({ method, path, headers, body }: ProxyRequest): Promise<ProxyReply> => {
    if (!isOpenDoor(method, path)) return plain(404)
    if (open >= mostAtOnce) return plain(503)
    open += 1
    try {
      const response = await fetching(new URL(path, issuer), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
        headers: {
          ...(headers.authorization && { authorization: headers.authorization }),
          ...(headers['content-type'] && { 'content-type': headers['content-type'] }),
        },
        ...(method === 'POST' && { body: Uint8Array.from(body) }),
      })
      const reply = new Uint8Array(await response.arrayBuffer())
      if (reply.length > longestReply) return plain(502)
      const type = response.headers.get('content-type') ?? 'application/json'
      return { status: response.status, type, body: reply }
    } catch {
      return plain(502)
    } finally {
      open -= 1
    }
  }
}
