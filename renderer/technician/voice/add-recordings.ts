/** Files that the technician chose, given to the host one by one; the host says what they are. */
import { ask, type Refusal } from '../../lib/api/ask.ts'
import { api } from '../../lib/app.svelte.ts'
import type { recordingLimits, RecordingName } from '../../../main/api/z-voice.ts'

/** As the host has it; the type holds the two together. */
const mostBytes: (typeof recordingLimits)['bytes'] = 1_500_000

/** @returns why it was not kept, or undefined */
export async function addRecording(name: RecordingName, file: File): Promise<Refusal | undefined> {
  // What is far too large is not even read: it may be a film.
  if (file.size > mostBytes) return { ok: false, code: 'voice.too-large', retry: 'now' }
  const base64 = await base64Of(file)
  const answer = await ask(api.voice.keep.mutate({ ...name, base64 }))
  return answer.ok ? undefined : answer
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}
