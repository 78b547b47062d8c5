/** What the page says of its camera is what the host takes, whatever a browser calls it. */
import { expect, test } from 'vitest'
import { zCameraReport } from '../../../hardware/z-device.ts'
import { cameraReport } from '../../../renderer/lib/camera/camera-report.ts'

test.each([
  [undefined, 'Integrated Camera (5986:2113)', { state: 'ready', name: 'Integrated Camera (5986:2113)' }],
  [undefined, '', { state: 'ready', name: 'Camera' }],
  [undefined, `${'x'.repeat(119)} y`, { state: 'ready', name: 'x'.repeat(119) }],
  ['camera.absent', 'left over', { state: 'absent', cause: 'camera.absent' }],
  ['camera.refused', undefined, { state: 'needs-attention', name: 'Camera', cause: 'camera.refused' }],
  ['camera.in-use', ' C ', { state: 'needs-attention', name: 'C', cause: 'camera.in-use' }],
] as const)('%s %j', (fault, label, expected) => {
  const report = cameraReport(fault, label)
  expect(report).toEqual(expected)
  expect(zCameraReport.parse(report)).toEqual(expected)
})
