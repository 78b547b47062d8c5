/** The database of open drafts, whatever state a power cut left it in: a kiosk that does not start helps nobody. */
import { join } from 'node:path'
import type PouchDB from 'pouchdb'
import { openOrSetAside } from '../../sync/open-or-set-aside.ts'
import { SetAside } from '../../sync/set-aside.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { SealedDoc } from './draft-store.ts'

/**
 * @param queueFolder beside whose own things a database is set aside that cannot be read, so that it is shown with them
 * @throws Error - if the folder may not be written or the disk is full
 */
export async function openDrafts(
  folder: string,
  queueFolder: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<PouchDB<SealedDoc>> {
  const setAside = await SetAside.open(join(queueFolder, 'set-aside'), clock)
  const opened = await openOrSetAside<SealedDoc>({ folder, name: 'drafts', salvage: true, setAside })
  if (opened.damage !== undefined)
    log(`database drafts set aside, ${opened.salvaged} documents taken over: ${opened.damage}`)
  return opened.database
}
