/** The host knows of the camera what the page tells it: whether there is one, and why it could not be used. */
import type { CameraReport } from '../../../main/api/services.ts'
import type { CameraChoices } from '../../../main/api/z-camera.ts'
import { askValue } from '../api/ask.ts'
import { api, connection } from '../app.svelte.ts'
import { nameOf, reportOfState } from './camera-report.ts'
import { openSession } from './camera-session.ts'
import { setCameraSource, type CameraSource } from './camera-source.ts'

let last: CameraReport | undefined
let choices: CameraChoices = {}
/** screens that show a camera now; they know more of it than the list of cameras does */
let open = 0

/** Tells the host; a host that is away is told when it is back. */
function tellCamera(report: CameraReport): void {
  last = report
  if (connection.get() === 'open') void api.devices.reportCamera.mutate(report).catch(() => undefined)
}

/** @returns what the technician chose, or what was chosen when the host was last heard */
export async function cameraChoices(): Promise<CameraChoices> {
  if (connection.get() !== 'open') return choices
  const answer = await askValue(api.devices.cameraChoices.query())
  if (answer.ok) choices = answer.value
  return choices
}

/** Opens the camera that the technician chose and tells the host how it is. */
const useChosenCamera: CameraSource = (role, onState) => {
  const media = mediaDevices()
  if (!media) {
    onState({ state: 'out', fault: 'camera.absent', label: '' })
    return () => undefined
  }
  open += 1
  const end = openSession({
    media,
    chosen: async () => (await cameraChoices())[role],
    onState(state) {
      const report = reportOfState(state)
      if (report) tellCamera(report)
      onState(state)
    },
  })
  return () => {
    open -= 1
    end()
    void look(media)
  }
}

const mediaDevices = () => (navigator as { mediaDevices?: MediaDevices }).mediaDevices

async function look(media: MediaDevices): Promise<void> {
  const cameras = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
  if (open > 0) return
  const [first] = cameras
  // What needed attention a moment ago is not well because it is still attached.
  if (first && last?.state === 'needs-attention' && last.cause !== 'camera.lost') return
  tellCamera(
    first ? { state: 'ready', name: nameOf(first.label) } : { state: 'absent', cause: 'camera.absent' },
  )
}

/** Looks for a camera now and whenever one comes or goes, without switching it on. Called once a page. */
export function watchCamera(): void {
  setCameraSource(useChosenCamera)
  // A host that was started again has forgotten what it was told.
  connection.subscribe((state) => {
    if (state === 'open' && last) tellCamera(last)
  })
  const media = mediaDevices()
  if (!media) return tellCamera({ state: 'absent', cause: 'camera.absent' })
  media.addEventListener('devicechange', () => void look(media))
  void look(media)
}
