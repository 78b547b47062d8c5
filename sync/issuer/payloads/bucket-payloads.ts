/**
 * Payloads in a bucket of an S3-compatible store, named by their hash. The hash goes along twice, signed: as the digest of
 * the body and as the object's checksum, so that a store which knows either refuses what was damaged on the way.
 */
import { AwsClient } from 'aws4fetch'
import { readCredentials } from '../credentials.ts'
import { sha256Hex } from '../../packet.ts'
import { zSha256 } from '../../z-facts.ts'
import type { PayloadStore } from './payload-store.ts'
import type { BucketChoice } from './z-payload-choice.ts'

/** The store answered, and not with what was asked for. */
export class BucketRefused extends Error {
  readonly status: number
  constructor(what: string, status: number) {
    super(`the payload store answered ${status} to ${what}`)
    this.name = 'BucketRefused'
    this.status = status
  }
}

/** Hashes that are known to be there. A payload is never taken away by the issuer, so only absence has to be asked again. */
const mostKnown = 50_000
/** For so long after it was seen the bucket is taken to be there. */
const bucketTrustedMs = 60_000

export function openBucketPayloads(choice: BucketChoice, fetching: typeof fetch = fetch): PayloadStore {
  const { user, password } = readCredentials(choice.credentials)
  const aws = new AwsClient({
    ...{ accessKeyId: user, secretAccessKey: password, region: choice.region, service: 's3', retries: 0 },
  })
  const bucket = `${choice.endpoint.replace(/\/$/, '')}/${choice.bucket}`
  const base = `${bucket}/${choice.prefix}`
  let bucketSeenAt = -Infinity
  /** Two letters first, so that a listing or a copy can be split. */
  const urlOf = (sha256: string) => `${base}${zSha256.parse(sha256).slice(0, 2)}/${sha256}`
  const known = new Set<string>()

  async function ask(
    method: string,
    url: string,
    content?: { sha256: string; bytes: Uint8Array },
  ): Promise<Response> {
    const headers = {
      'x-amz-content-sha256': content?.sha256 ?? sha256Hex(new Uint8Array()),
      ...(content && {
        'content-type': 'application/octet-stream',
        'x-amz-checksum-sha256': Buffer.from(content.sha256, 'hex').toString('base64'),
      }),
    }
    const body = content && { body: Buffer.from(content.bytes) }
    const signed = await aws.sign(url, { method, headers, ...body })
    return fetching(signed, { redirect: 'error', signal: AbortSignal.timeout(choice.timeoutMs) })
  }

  function know(sha256: string): void {
    known.add(sha256)
    const [oldest] = known
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  }

  /** Where the bucket itself is gone, a payload's absence says nothing. */
  async function checkBucket(): Promise<void> {
    if (performance.now() - bucketSeenAt < bucketTrustedMs) return
    const answer = await ask('HEAD', bucket)
    if (!answer.ok) throw new BucketRefused('HEAD of the bucket', answer.status)
    bucketSeenAt = performance.now()
  }

  /** @returns its size, undefined where it is not there */
  async function sizeOf(sha256: string): Promise<number | undefined> {
    const answer = await ask('HEAD', urlOf(sha256))
    if (answer.status === 404) {
      await checkBucket()
      return undefined
    }
    if (!answer.ok) throw new BucketRefused('HEAD', answer.status)
    return Number(answer.headers.get('content-length') ?? NaN)
  }

  return {
    async put(sha256, bytes) {
      const answer = await ask('PUT', urlOf(sha256), { sha256, bytes })
      await answer.body?.cancel()
      if (!answer.ok) throw new BucketRefused('PUT', answer.status)
      // What says yes to everything is no store: a proxy, or another service on that port.
      if ((await sizeOf(sha256)) !== bytes.length) throw new BucketRefused('HEAD after PUT', 404)
      know(sha256)
    },
    async has(sha256) {
      if (known.has(sha256)) return true
      if ((await sizeOf(sha256)) === undefined) return false
      know(sha256)
      return true
    },
    async read(sha256) {
      const answer = await ask('GET', urlOf(sha256))
      if (answer.status === 404) {
        // Somebody took it away: whoever asks next learns that it must come again. Nothing is decided by its absence.
        known.delete(sha256)
      }
      if (!answer.ok) {
        await answer.body?.cancel()
        throw new BucketRefused('GET', answer.status)
      }
      const bytes = new Uint8Array(await answer.arrayBuffer())
      if (sha256Hex(bytes) !== sha256) throw new BucketRefused('GET with other bytes', answer.status)
      return bytes
    },
  }
}
