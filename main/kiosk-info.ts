/** Which kiosk this is. */
import { err, ok, type Result } from 'neverthrow'
import type { Packet } from '../sync/z-packet.ts'
import type { Failure } from './api/answer.ts'
import type { KioskInfo } from './api/services.ts'
import type { Commission } from './commission/z-commission.ts'
import type { Config } from './config.ts'

/** @returns what every screen may know; a kiosk that was not commissioned has neither id nor office */
export function kioskInfo(
  commission: Commission | undefined,
  config: Config,
  keyCustody: KioskInfo['keyCustody'],
): KioskInfo {
  return {
    id: commission?.kiosk ?? '',
    office: commission?.office ?? '',
    version: config.appVersion,
    demo: config.demo,
    keyCustody,
    issuer: commission?.trust.issuer ?? '',
    fingerRules: { threshold: config.enrolment.threshold, tries: config.enrolment.tries },
    fingerCheck: fingerCheckInfo(config.fingerCheck),
    switches: config.switches,
    ...(config.demo && config.simulatorPanel && { simulatorPanel: config.simulatorPanel }),
  }
}

/** @returns what a request says of the kiosk that made it; `kiosk.not-commissioned` */
export function kioskOfPacket(
  commission: Commission | undefined,
  config: Config,
): Result<Packet['kiosk'], Failure> {
  if (!commission) return err({ code: 'kiosk.not-commissioned' })
  return ok({ id: commission.kiosk, office: commission.office, app: config.appVersion })
}

function fingerCheckInfo({
  scanner,
  reissue,
  templateDays,
}: Config['fingerCheck']): KioskInfo['fingerCheck'] {
  return { scanner, asked: scanner !== 'none' && reissue !== 'never', templateDays }
}
