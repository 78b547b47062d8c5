/** The workshop's care for the kiosk, put together. */
import { heldBytes } from '../../sync/bundle/carried.ts'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { CareService } from '../api/services.ts'
import type { Unsent } from '../api/z-care.ts'
import { createDiagnostics } from './diagnostics.ts'
import { createFactoryReset } from './factory-reset.ts'

type Diagnostics = Parameters<typeof createDiagnostics>[0]
type Reset = Parameters<typeof createFactoryReset>[0]

interface Parts
  extends Omit<Diagnostics, 'unsent' | 'sync' | 'audit'>, Omit<Reset, 'unsent' | 'dataDir' | 'audit'> {
  sync: Diagnostics['sync'] & Pick<KioskSync, 'sticks'>
  audit: Diagnostics['audit'] & Reset['audit']
  approvals: () => Promise<number>
  drafts: () => Promise<number>
}

export function openCare(parts: Parts): CareService {
  const { sync, approvals, drafts, config } = parts

  async function unsent(): Promise<Unsent> {
    const requests = (await sync.list()).filter(({ state }) => state === 'queued' || state === 'uploading')
    return {
      requests: requests.length,
      approvals: await approvals(),
      drafts: await drafts(),
      carriedBytes: sync.sticks.carried.list().reduce((sum, one) => sum + heldBytes(one), 0),
      setAside: sync.setAside().length,
    }
  }
  const diagnostics = createDiagnostics({ ...parts, unsent })
  return {
    log: () => Promise.resolve(parts.log()),
    unsent,
    saveDiagnostics: diagnostics.save,
    reset: createFactoryReset({ ...parts, unsent, dataDir: config.dataDir }),
  }
}
