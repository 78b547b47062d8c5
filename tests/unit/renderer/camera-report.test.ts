/** What the page says of its camera is what the host takes, whatever a browser calls it. */
import { expect, test } from 'vitest'
import { zCameraReport } from '../../../hardware/z-device.ts'
import { nameOf, reportOfState } from '../../../renderer/lib/camera/camera-report.ts'
import type { CameraState } from '../../../renderer/lib/camera/camera-state.ts'

const live = (label: string, instead?: string): CameraState => ({
  ...{ state: 'live', stream: null, label },
  ...(instead && { instead }),
})
const attention = (name: string, cause: string) => ({ state: 'needs-attention', name, cause })

test.each<[CameraState, unknown]>([
  [live('Integrated Camera (5986:2113)'), { state: 'ready', name: 'Integrated Camera (5986:2113)' }],
  [live(''), { state: 'ready', name: 'Camera' }],
  [live(`${'x'.repeat(119)} y`), { state: 'ready', name: 'x'.repeat(119) }],
  [live('Lid', 'Desk'), attention('Lid', 'camera.chosen-absent')],
  [
    { state: 'out', fault: 'camera.absent', label: 'left over' },
    { state: 'absent', cause: 'camera.absent' },
  ],
  [{ state: 'out', fault: 'camera.refused', label: '' }, attention('Camera', 'camera.refused')],
  [{ state: 'out', fault: 'camera.in-use', label: ' C ' }, attention('C', 'camera.in-use')],
  [{ state: 'out', fault: 'camera.lost', label: 'Lid' }, attention('Lid', 'camera.lost')],
  [{ state: 'out', fault: 'camera.silent', label: 'Lid' }, attention('Lid', 'camera.silent')],
])('%j', (state, expected) => {
  const report = reportOfState(state)
  expect(report).toEqual(expected)
  expect(zCameraReport.parse(report)).toEqual(expected)
})

test('while it opens there is nothing to say', () => {
  expect(reportOfState({ state: 'opening' })).toBeUndefined()
})

test.each([
  ['/var/lib/kiosk/camera.y4m', 'camera.y4m'],
  ['C:\\camera.y4m', 'camera.y4m'],
  ['  ', 'Camera'],
])('a camera that is called %j is shown as %s', (label, name) => {
  expect(nameOf(label)).toBe(name)
})
