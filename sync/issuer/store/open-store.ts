/** The store of the kiosks' databases that was chosen. */
import { openCouchStore } from './couch/couch-store.ts'
import { openKioskStore, type KioskStore } from './kiosk-store.ts'
import type { StoreChoice } from './z-store-choice.ts'

export async function openStore(
  choice: StoreChoice | undefined,
  dataDir: string,
  onProblem: (event: string) => void,
): Promise<KioskStore> {
  switch (choice?.kind) {
    case undefined:
    case 'embedded':
      return openKioskStore(dataDir)
    case 'couchdb':
      return openCouchStore(choice, onProblem)
  }
}
