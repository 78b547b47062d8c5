/** Waits for the next thing that a device reads, for the technician's test. */
import { err, ok, type Result } from 'neverthrow'
import type { OneDevicePort } from '../../hardware/ports.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'

/**
 * @param listen begins to listen, and returns the way to stop
 * @returns what came within `waitMs`; else `hid.nothing-seen`, `device.cancelled`, or what is wrong with the device
 */
export function awaitScan<T>(
  port: Pick<OneDevicePort, 'device'>,
  listen: (take: (value: T) => void) => () => void,
  { waitMs, signal }: { waitMs: number; signal?: AbortSignal | undefined },
): Promise<Result<T, DeviceFault>> {
  const now = port.device()
  if (now.state === 'absent' || now.state === 'needs-attention') return Promise.resolve(err(now.cause))
  return new Promise((resolve) => {
    const finish = (result: Result<T, DeviceFault>) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
      stop()
      resolve(result)
    }
    const cancel = () => finish(err('device.cancelled'))
    const timer = setTimeout(() => {
      const then = port.device()
      finish(err('cause' in then ? then.cause : 'hid.nothing-seen'))
    }, waitMs)
    const stop = listen((value) => finish(ok(value)))
    if (signal?.aborted) cancel()
    else signal?.addEventListener('abort', cancel, { once: true })
  })
}
