/**
 * A camera from its opening to its end: the one that was chosen for the work, another one where that is gone, and back
 * again by itself when it was lost. Knows no screen; the screen shows the states.
 */
import type { CameraChoice } from '../../../main/api/z-camera.ts'
import type { CameraFault, CameraState } from './camera-state.ts'

type Live = CameraState<MediaStream>

export type CameraMedia = Pick<
  MediaDevices,
  'getUserMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'
>

interface Parts {
  media: CameraMedia
  chosen: () => Promise<CameraChoice | undefined>
  onState: (state: Live) => void
  /** which way it looks, where there are several and none was chosen */
  facing?: 'environment'
}

/** A camera that is out is tried again after this, besides whenever one is attached, ms. */
const retryMs = 2_000
/** A track may be muted for a moment while the camera starts, ms. */
const silentMs = 1_500

/** Opens the camera and keeps it open. @returns ends it; nothing is told afterwards */
export function openSession({ media, chosen, onState, facing }: Parts): () => void {
  let ended = false
  let opening = false
  let again = false
  let now: Live = { state: 'opening' }
  let wanted: CameraChoice | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  /** A browser keeps a track for a while; what listens to it, and with it the whole screen, must not be kept along. */
  let listening = new AbortController()

  function tell(state: Live): void {
    now = state
    if (!ended) onState(state)
  }
  function drop(stream: MediaStream | undefined): void {
    clearTimeout(silence)
    listening.abort()
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
  function lose(stream: MediaStream, fault: CameraFault): void {
    if (ended || now.state !== 'live' || now.stream !== stream) return
    const { label } = now
    drop(stream)
    out(fault, label)
  }
  function out(fault: CameraFault, label: string): void {
    // One that was lost and is not back yet is still the one that was lost.
    const same = now.state === 'out' && now.fault === 'camera.lost' && fault === 'camera.absent'
    tell(same ? now : { state: 'out', fault, label })
    clearTimeout(retry)
    // Who was asked and said no is not asked every two seconds.
    if (fault !== 'camera.refused') retry = setTimeout(() => void open(), retryMs)
  }

  async function open(): Promise<void> {
    if (ended || now.state === 'live') return
    if (opening) {
      again = true
      return
    }
    opening = true
    again = false
    clearTimeout(retry)
    try {
      wanted = await chosen()
      watch(await streamOf(media, wanted, facing))
    } catch (error) {
      if (!ended) out(faultOf(error), '')
    }
    opening = false
    if (again) void open()
  }
  function watch({ stream, instead }: Opened): void {
    const track = stream.getVideoTracks()[0]
    if (ended || !track) return drop(stream)
    listening = new AbortController()
    const { signal } = listening
    track.addEventListener('ended', () => lose(stream, 'camera.lost'), { signal })
    const muted = () => {
      clearTimeout(silence)
      silence = setTimeout(() => track.muted && lose(stream, 'camera.silent'), silentMs)
    }
    track.addEventListener('mute', muted, { signal })
    if (track.muted) muted()
    tell({ state: 'live', stream, label: track.label, ...(instead && { instead }) })
  }
  async function changed(): Promise<void> {
    if (now.state !== 'live') return open()
    const { stream, instead } = now
    const cameras = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
    if (ended || now.state !== 'live' || now.stream !== stream) return
    const id = stream.getVideoTracks()[0]?.getSettings().deviceId
    if (id && !cameras.some(({ deviceId }) => deviceId === id)) return lose(stream, 'camera.lost')
    if (!instead || !wanted || !find(cameras, wanted)) return
    // The chosen one is back.
    drop(stream)
    tell({ state: 'opening' })
    await open()
  }
  const onChange = () => void changed()
  media.addEventListener('devicechange', onChange)
  tell(now)
  void open()
  return () => {
    ended = true
    clearTimeout(retry)
    media.removeEventListener('devicechange', onChange)
    if (now.state === 'live') drop(now.stream)
  }
}

interface Opened {
  stream: MediaStream
  instead?: string
}

const usual = { width: { ideal: 1280 }, height: { ideal: 720 } }

async function streamOf(
  media: CameraMedia,
  wanted: CameraChoice | undefined,
  facing: Parts['facing'],
): Promise<Opened> {
  if (!wanted)
    return {
      stream: await media.getUserMedia({
        video: { ...usual, ...(facing && { facingMode: { ideal: facing } }) },
      }),
    }
  const cameras = async () =>
    (await media.enumerateDevices()).filter(({ kind, label }) => kind === 'videoinput' && label !== '')
  const exact = (deviceId: string) =>
    media.getUserMedia({ video: { ...usual, deviceId: { exact: deviceId } } })
  let found = find(await cameras(), wanted)
  if (found) return { stream: await exact(found.deviceId) }
  const stream = await media.getUserMedia({ video: usual })
  // Cameras have no names before the first one was opened.
  found = find(await cameras(), wanted)
  if (!found) return { stream, instead: wanted.label }
  if (stream.getVideoTracks()[0]?.getSettings().deviceId === found.deviceId) return { stream }
  for (const track of stream.getTracks()) track.stop()
  return { stream: await exact(found.deviceId) }
}

/** By its id, which a browser makes anew when its data is wiped; else by its name, where only one has it. */
function find(cameras: readonly MediaDeviceInfo[], wanted: CameraChoice): MediaDeviceInfo | undefined {
  const named = cameras.filter(({ label }) => label === wanted.label)
  return (
    cameras.find(({ deviceId }) => deviceId === wanted.deviceId) ??
    (named.length === 1 ? named[0] : undefined)
  )
}

function faultOf(error: unknown): CameraFault {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'camera.refused'
    case 'NotReadableError':
    case 'AbortError':
      return 'camera.in-use'
    default:
      return 'camera.absent'
  }
}
