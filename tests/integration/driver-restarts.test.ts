/** Every driver that runs in a process of its own, with one that really ends: three restarts, then it says so. */
import { describe, expect, it, vi } from 'vitest'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import { forkDriver, type SpawnDriver } from '../../hardware/driver-process.ts'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import { startHelper } from '../../hardware/fingerprint/libfprint/helper-process.ts'
import { openHidDevices } from '../../hardware/hid/hid-devices.ts'

const restarts = { delayMs: 20, most: 3, windowMs: 60_000 }
const ends = new URL('./hid-crash.ts', import.meta.url).pathname
const starts = vi.fn()
const spawn: SpawnDriver = (_file, env) => {
  starts()
  return forkDriver(ends, env)
}

describe.each([
  ['PC/SC', () => openCardReader({ spawn, restarts })],
  ['HID', () => openHidDevices({ spawn, restarts }).scanner],
  [
    'libfprint',
    () =>
      openFingerVerifier({
        program: '/bin/false',
        restarts,
        start: (...given) => {
          starts()
          return startHelper(...given)
        },
      }),
  ],
])('the process of %s', (_name, open) => {
  it('is started four times, then the driver says that it stopped and starts no more', async () => {
    starts.mockClear()
    const port = open()
    try {
      await vi.waitFor(() => expect(port.device()).toMatchObject({ cause: 'device.driver-stopped' }), {
        timeout: 20_000,
        interval: 20,
      })
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(starts).toHaveBeenCalledTimes(4)
    } finally {
      await port.close()
    }
  }, 30_000)
})
