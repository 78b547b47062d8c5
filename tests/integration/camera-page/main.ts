/** The kiosk's own camera screens, one at a time, as the address says: `#scan`, `#portrait`, `#session`. */
import '../../../renderer/lib/ui/tokens.css'
import { mount } from 'svelte'
import PortraitCamera from '../../../renderer/lib/camera/PortraitCamera.svelte'
import Scanner from '../../../renderer/lib/camera/Scanner.svelte'
import { watchCamera } from '../../../renderer/lib/camera/report-camera.ts'
import { openSession } from '../../../renderer/lib/camera/camera-session.ts'

// As the kiosk's page does: its camera is the one that the host names.
watchCamera()
const target = document.body
const seen: unknown[] = []
const page = window as unknown as Record<string, unknown>
page['seen'] = seen
page['openSession'] = openSession
switch (location.hash) {
  case '#scan':
    mount(Scanner, { target, props: { onCode: (text: string) => seen.push(text) } })
    break
  case '#portrait':
    mount(PortraitCamera, { target, props: { busy: false, onPortrait: (jpeg: Blob) => seen.push(jpeg) } })
    break
}
