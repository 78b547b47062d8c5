/** Why something does or does not go, for the technician. */
import { join } from 'node:path'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { StatusService } from '../api/services.ts'
import { instant } from '../clock.ts'

interface Parts {
  sync: Pick<KioskSync, 'setAside' | 'contactAgeMs' | 'diary'> & {
    synchroniser: Pick<KioskSync['synchroniser'], 'lanes' | 'progress'>
  }
  issuerUrl: () => string | undefined
  dataDir: string
}

export function createLinkDetail({
  sync,
  issuerUrl,
  dataDir,
}: Parts): Pick<StatusService, 'detail' | 'diary'> {
  return {
    async detail() {
      const url = issuerUrl()
      const heard = sync.synchroniser.progress().lastContact !== undefined
      return {
        ...(url !== undefined && { issuerUrl: url }),
        ...(heard && { contactSeconds: Math.round(sync.contactAgeMs() / 1_000) }),
        lanes: sync.synchroniser.lanes().map(({ carriedAt, nextInMs, ...lane }) => ({
          ...lane,
          ...(carriedAt !== undefined && { lastProgress: instant({ now: () => carriedAt }) }),
          ...(nextInMs !== undefined && { nextSeconds: Math.ceil(nextInMs / 1_000) }),
        })),
        setAside: sync.setAside(),
        setAsideFolder: join(dataDir, 'sync', 'set-aside'),
      }
    },
    diary: async () => ({ hours: sync.diary.hours(), changes: sync.diary.changes() }),
  }
}
