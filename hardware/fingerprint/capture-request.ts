/** The bodies of both captures, in the dialect of the device. */
import type { Scanner } from './ask-service.ts'
import type { AskedCapture } from './capture-checks.ts'
import { named, sbiTime } from './dialect.ts'

export interface CaptureWish {
  /** which place on the plate; 0 for a scanner of one finger */
  deviceSubId: string
  exceptions: readonly string[]
  requestedScore: number
  timeoutMs: number
  now: number
}

export function captureRequest(scanner: Scanner, asked: AskedCapture, wish: CaptureWish): object {
  const { fingers, purpose, env, specVersion, transactionId, previousHash, domainUri } = asked
  return {
    ...{ env, purpose, specVersion, transactionId },
    timeout: String(wish.timeoutMs),
    captureTime: sbiTime(wish.now),
    ...(domainUri !== undefined && { domainUri }),
    bio: [
      {
        type: 'Finger',
        count: String(fingers.length),
        bioSubType: fingers,
        ...(purpose === 'Registration' && { exception: wish.exceptions }),
        requestedScore: String(wish.requestedScore),
        ...named(scanner.dialect, scanner.id),
        deviceSubId: wish.deviceSubId,
        previousHash,
      },
    ],
    customOpts: {},
  }
}
