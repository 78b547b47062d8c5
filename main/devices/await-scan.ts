/** Waits for the next thing that a device reads, for the technician's test. */
import { err, ok, type Result } from 'neverthrow'
import type { OneDevicePort } from '../../hardware/ports.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'

/**
 * @param listen begins to listen, and returns the way to stop
 * @returns what came within `waitMs`; else `hid.nothing-seen`, or what is wrong with the device
 */
export function awaitScan<T>(
  port: Pick<OneDevicePort, 'device'>,
  listen: (take: (value: T) => void) => () => void,
  waitMs: number,
): Promise<Result<T, DeviceFault>> {
  const now = port.device()
  if (now.state === 'absent' || now.state === 'needs-attention') return Promise.resolve(err(now.cause))
  return new Promise((resolve) => {
    const stop = listen((value) => {
      clearTimeout(timer)
      stop()
      resolve(ok(value))
    })
    const timer = setTimeout(() => {
      stop()
      const then = port.device()
      resolve(err('cause' in then ? then.cause : 'hid.nothing-seen'))
    }, waitMs)
  })
}
