/** Where anybody may read what is revoked: made fresh each time, as of now. */
import { Router } from 'express'
import { createStatusList } from '../../main/credentials/status-list.ts'
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
    router.get(path, async (_request, response) => {
      const list = (await revokedLists())[at]
      const [issuerKey, validFrom] = [keys.credentials.current(), new Date(clock.now())]
      if (list) response.json(await createStatusList({ ...list, issuerKey, validFrom }))
    })
  }
  return router
}
