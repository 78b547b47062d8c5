/** The host knows of the camera what the page tells it: whether there is one, and why it could not be used. */
import type { CameraReport } from '../../../main/api/services.ts'
import { api, connection } from '../app.svelte.ts'
import { cameraReport as reportOf } from './camera-report.ts'

export { reportOf }

let last: CameraReport | undefined

/** Tells the host; a host that is away is told when it is back. */
export function tellCamera(report: CameraReport): void {
  last = report
  if (connection.get() === 'open') void api.devices.reportCamera.mutate(report).catch(() => undefined)
}

/** Looks for a camera now and whenever one comes or goes, without switching it on. Called once a page. */
export function watchCamera(): void {
  // A host that was started again has forgotten what it was told.
  connection.subscribe((state) => {
    if (state === 'open' && last) tellCamera(last)
  })
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices }
  if (!mediaDevices) return tellCamera(reportOf('camera.absent'))
  const look = async () => {
    const found = (await mediaDevices.enumerateDevices()).find(({ kind }) => kind === 'videoinput')
    tellCamera(found ? reportOf(undefined, found.label) : reportOf('camera.absent'))
  }
  mediaDevices.addEventListener('devicechange', () => void look())
  void look()
}
