/** What the page may tell of its camera. The camera itself has its own test in the browser (tests/integration/camera.test.ts). */
import type { DeviceService } from '../../main/api/services.ts'
import type { CameraReport } from '../../hardware/z-device.ts'
import type { Fault, Lane } from './lane.ts'

export function cameraLane(devices: DeviceService): Lane {
  const shown = () => devices.list().find(({ kind }) => kind === 'camera')
  const told = (name: string, report: CameraReport): Fault => ({
    name,
    deadlineMs: 1_000,
    expected: 'cause' in report ? [report.cause] : [],
    play() {
      devices.reportCamera(report)
      const camera = shown()
      return Promise.resolve(camera && 'cause' in camera ? camera.cause : undefined)
    },
  })
  const name = 'Camera of the page'
  return {
    device: 'camera',
    faults: [
      told('absent', { state: 'absent', cause: 'camera.absent' }),
      told('refused', { state: 'needs-attention', name, cause: 'camera.refused' }),
      told('in-use', { state: 'needs-attention', name, cause: 'camera.in-use' }),
      told('lost', { state: 'needs-attention', name, cause: 'camera.lost' }),
      told('silent', { state: 'needs-attention', name, cause: 'camera.silent' }),
      told('chosen-absent', { state: 'needs-attention', name, cause: 'camera.chosen-absent' }),
    ],
    works() {
      devices.reportCamera({ state: 'ready', name })
      if (shown()?.state !== 'ready') throw new Error('The camera is not shown as ready')
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
  }
}
