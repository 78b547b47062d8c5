/** Where anybody may read what is revoked: made fresh each time, as of now. */
import { Router } from 'express'
import { createStatusList } from '../../main/credentials/status-list.ts'
import {
  createTokenStatusList,
  tokenListMediaType,
  tokenListUrl,
} from '../../main/credentials/token-status-list.ts'
import type { IssuerKeys } from './keys.ts'

interface Parts {
  keys: Pick<IssuerKeys, 'credentials'>
  clock: { now(): number }
  /** of credentials, and of what kiosks gave out under their delegations */
  revokedLists: () => Promise<{ url: string; revoked: Iterable<number> }[]>
}

export function statusRoutes({ keys, clock, revokedLists }: Parts): Router {
  const router = Router()
  for (const [path, at] of [
    ['/status/1', 0],
    ['/status/provisional', 1],
  ] as const) {
    const listNow = async () => {
      const list = (await revokedLists())[at]
      return list && { ...list, issuerKey: keys.credentials.current(), validFrom: new Date(clock.now()) }
    }
    router.get(path, async (_request, response) => {
      const list = await listNow()
      if (list) response.json(await createStatusList(list))
    })
    router.get(tokenListUrl(path), async (_request, response) => {
      const list = await listNow()
      if (!list) return
      const token = await createTokenStatusList({ ...list, uri: tokenListUrl(list.url) })
      response.set('cache-control', 'max-age=60').type(tokenListMediaType).send(token)
    })
  }
  return router
}
