/**
 * Bundles that a kiosk carries for another. It sends the volumes like payloads, to a place of their own, and then the head;
 * it cannot read them. The answer is signed: by it the carrier gives back its disk. It may take the other's receipts along.
 */
import { CompactSign, importJWK } from 'jose'
import express, { Router, type RequestHandler } from 'express'
import { sha256Hex } from '../../packet.ts'
import { bundleLimits, zBundleHead, type BundleFault } from '../../bundle/z-bundle.ts'
import { readHead } from '../../bundle/bundle-head.ts'
import type { Uploads } from '../uploads.ts'
import { takeBundle, type TakeParts } from './take-bundle.ts'

interface Parts extends TakeParts {
  /** of volumes, not of payloads */
  volumes: Uploads
  forget(volumes: readonly string[]): Promise<void>
  kiosk: RequestHandler
  clock: { now(): number }
}

/** One after the other: each holds a few megabytes in memory. */
export function carriedRoutes(parts: Parts): Router {
  const { volumes, forget, kiosk, keys, clock } = parts
  const router = Router()
  let work: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(step: () => Promise<T>): Promise<T> => {
    const done = work.then(step)
    work = done.catch(() => undefined)
    return done
  }

  async function acknowledge(
    id: string,
    said: { missing: number[] } | { refused: BundleFault },
  ): Promise<string> {
    const at = new Date(clock.now()).toISOString()
    return new CompactSign(new TextEncoder().encode(JSON.stringify({ id, at, ...said })))
      .setProtectedHeader({ alg: 'ES256', typ: 'btkiosk-carried' })
      .sign(await importJWK(keys.signing.privateJwk, 'ES256'))
  }

  async function take(bytes: Uint8Array): Promise<string> {
    const id = sha256Hex(bytes)
    const head = zBundleHead.safeParse(readHead(bytes).unwrapOr(undefined)).data
    const all = head?.volumes ?? []
    const read = async (n: number) => {
      const one = all[n]
      return one && volumes.read(one.sha256)
    }
    const taken = await takeBundle(bytes, read, parts)
    if (taken.isErr() && taken.error !== 'index') return acknowledge(id, { refused: taken.error })
    const there = await Promise.all(all.map(({ sha256 }) => volumes.has(sha256)))
    const missing = [...all.keys()].filter((n) => !there[n])
    const answer = await acknowledge(id, { missing: taken.isOk() ? taken.value.missingVolumes : missing })
    if (taken.isOk() && taken.value.missingVolumes.length === 0) await forget(all.map(({ sha256 }) => sha256))
    return answer
  }

  router.post('/carried/have', kiosk, express.json({ limit: '128kb' }), volumes.have)
  router.post(
    '/carried/bundles',
    kiosk,
    express.raw({ type: 'application/jose', limit: bundleLimits.headBytes }),
    async (request, response) => {
      const { body } = request
      if (!Buffer.isBuffer(body)) return void response.status(400).json({ error: 'bad_request' })
      response.json({ acknowledgement: await inOrder(() => take(body)) })
    },
  )
  router.all(/^\/carried(\/.*)?$/, kiosk, volumes.handler)
  return router
}
