/**
 * The recorded voice of the kiosk: files that a technician adds per text and language, in the data folder. Nothing of a
 * citizen is in them. A list says which there are; the file of each is named by its hash, so a replaced one is never mixed
 * up with the one before.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { VoiceService } from '../api/services.ts'
import { zRecording, type Recording, type RecordingName } from '../api/z-voice.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { saveFailure } from '../disk-full.ts'
import { serialWork } from '../serial-work.ts'
import { writeDurably } from '../vault/write-durably.ts'
import { readAudioFile } from './read-audio-file.ts'

interface Parts {
  folder: string
  audit: Pick<AuditLog, 'record'>
  onTrouble: () => void
}

const zList = z.array(zRecording).max(3_000)
const isSame = (one: RecordingName, other: RecordingName) =>
  one.key === other.key && one.language === other.language

/** A list that makes no sense is begun anew, and `onTrouble` is called: a kiosk without a voice still works. */
export async function openVoice({ folder, audit, onTrouble }: Parts): Promise<VoiceService> {
  const listPath = join(folder, 'recordings.json')
  const fileOf = ({ sha256 }: Recording) => join(folder, sha256)
  let all = await readList(listPath, onTrouble)
  const serial = serialWork()

  /** The list is on the disk before anybody is told of it. A file that nothing names any more goes last. */
  async function change(next: Recording[]): Promise<Result<null, Failure>> {
    try {
      await writeDurably(listPath, Buffer.from(JSON.stringify(next)))
    } catch (error) {
      return err(saveFailure(error))
    }
    const gone = all.filter((one) => !next.some(({ sha256 }) => sha256 === one.sha256))
    all = next
    for (const one of gone) await rm(fileOf(one), { force: true }).catch(onTrouble)
    return ok(null)
  }
  const told = (name: RecordingName, by: string) => ({
    staff: by,
    text: name.key.slice(0, 64),
    language: name.language,
  })

  return {
    list: () => all,
    async audio(name) {
      const found = all.find((one) => isSame(one, name))
      const bytes = found && (await readFile(fileOf(found)).catch(() => undefined))
      if (!found || !bytes || hashOf(bytes) !== found.sha256) return err({ code: 'voice.missing' })
      return ok({ type: found.type, base64: bytes.toString('base64') })
    },
    keep: (staff, { key, language }, bytes) =>
      serial(listPath, async () => {
        const file = readAudioFile(bytes)
        if (file.isErr()) return err(file.error)
        const recording = { key, language, ...file.value, bytes: bytes.length, sha256: hashOf(bytes) }
        try {
          await writeDurably(fileOf(recording), bytes)
        } catch (error) {
          return err(saveFailure(error))
        }
        const kept = await change([...all.filter((one) => !isSame(one, recording)), recording])
        if (kept.isErr()) return err(kept.error)
        await audit.record('voice.kept', told(recording, staff.id))
        return ok(recording)
      }),
    remove: (staff, name) =>
      serial(listPath, async () => {
        const removed = await change(all.filter((one) => !isSame(one, name)))
        if (removed.isOk()) await audit.record('voice.removed', told(name, staff.id))
        return removed
      }),
  }
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function readList(path: string, onTrouble: () => void): Promise<Recording[]> {
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return []
  }
  try {
    return zList.parse(JSON.parse(text))
  } catch {
    onTrouble()
    return []
  }
}
