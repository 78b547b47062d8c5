/** Which camera the technician chose for what; kept in the vault, so that it outlives the browser's data. */
import { err, ok, type Result } from 'neverthrow'
import { zCameraChoices, type CameraChoice, type CameraChoices, type CameraRole } from '../api/z-camera.ts'
import type { Failure } from '../api/answer.ts'
import { saveFailure } from '../disk-full.ts'
import type { Vault } from '../vault/vault.ts'

const record = 'cameras'

export interface CameraChoiceBook {
  all(): CameraChoices
  /** Resolves when it is on the disk; without a camera the role is left to whichever is there. `save.*` */
  choose(role: CameraRole, camera: CameraChoice | undefined): Promise<Result<null, Failure>>
}

/** Reads what was chosen. @throws VaultLocked */
export async function openCameraChoices(vault: Vault): Promise<CameraChoiceBook> {
  const stored = await vault.read(record)
  let choices = stored ? zCameraChoices.parse(JSON.parse(Buffer.from(stored).toString('utf8'))) : {}
  return {
    all: () => choices,
    async choose(role, camera) {
      const { [role]: _, ...others } = choices
      const next: CameraChoices = { ...others, ...(camera && { [role]: camera }) }
      try {
        await vault.write(record, Buffer.from(JSON.stringify(next)))
      } catch (error) {
        return err(saveFailure(error))
      }
      choices = next
      return ok(null)
    },
  }
}
