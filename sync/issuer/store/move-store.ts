/** Takes everything that kiosks and issuer have said to each other from one store to another, with its revisions. */
import { openRegistry } from '../registry.ts'
import { join } from 'node:path'
import { openKioskStore, type KioskStore } from './kiosk-store.ts'
import { openStore } from './open-store.ts'
import type { StoreChoice } from './z-store-choice.ts'

export interface Moved {
  kiosk: string
  ok: boolean
  documents: number
}

/** Safe to repeat. The new store is read from its beginning after it, which has no effect where everything was known. */
export async function moveStore(
  kiosks: readonly { id: string; user: string }[],
  from: Pick<KioskStore, 'outbox' | 'inbox'>,
  to: Pick<KioskStore, 'outbox' | 'inbox' | 'addKiosk'>,
): Promise<Moved[]> {
  const moved: Moved[] = []
  for (const kiosk of kiosks) {
    await to.addKiosk(kiosk)
    const options = { retry: false, batch_size: 100 }
    const runs = [
      await from.outbox(kiosk.id).replicate.to(to.outbox(kiosk.id), options),
      await from.inbox(kiosk.id).replicate.to(to.inbox(kiosk.id), options),
    ]
    moved.push({
      kiosk: kiosk.id,
      ok: runs.every(({ ok, doc_write_failures }) => ok && doc_write_failures === 0),
      documents: runs.reduce((sum, { docs_written }) => sum + docs_written, 0),
    })
  }
  return moved
}

/** From the embedded store of a data folder, on which no issuer runs. @throws where the new store cannot be reached */
export async function moveFromEmbedded(
  dataDir: string,
  to: StoreChoice,
  onProblem: (event: string) => void,
): Promise<Moved[]> {
  if (to.kind === 'embedded') throw new Error('the configuration names no other store')
  const registry = openRegistry(join(dataDir, 'registry'))
  const old = openKioskStore(dataDir)
  try {
    const store = await openStore(to, dataDir, onProblem)
    try {
      return await moveStore(await registry.kiosks(), old, store)
    } finally {
      await store.close()
    }
  } finally {
    await Promise.all([registry.close(), old.close()])
  }
}
