/** The payload store that was chosen. */
import { join } from 'node:path'
import { openBucketPayloads } from './bucket-payloads.ts'
import { openFolderPayloads } from './folder-payloads.ts'
import type { PayloadStore } from './payload-store.ts'
import type { PayloadChoice } from './z-payload-choice.ts'

export function openPayloads(choice: PayloadChoice | undefined, dataDir: string): PayloadStore {
  switch (choice?.kind) {
    case undefined:
    case 'folder':
      return openFolderPayloads(join(dataDir, 'uploads', 'whole'))
    case 's3':
      return openBucketPayloads(choice)
  }
}
