/** The slip of an enrolment that a supervisor has to look at: the citizen goes home with it before that. */
import type { RequestId } from '../../sync/z-facts.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { Commission } from '../commission/z-commission.ts'
import { slipCode } from '../enrolment/slip-code.ts'

interface Parts {
  commission: () => Commission | undefined
  staffName: (id: string) => Promise<string>
}

/** @returns what makes it: the same number and code as the slip of the request that comes of it */
export const createWaitingSlips =
  ({ commission, staffName }: Parts) =>
  async (request: RequestId, { at, officer }: { at: string; officer: string }): Promise<Slip> => ({
    ...{ request, created: at, waits: 'approval', qr: slipCode(request) },
    ...{ office: commission()?.office ?? '', kiosk: commission()?.kiosk ?? '' },
    officer: await staffName(officer),
  })
