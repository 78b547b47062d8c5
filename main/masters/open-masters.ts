/** All of the issuer's reference data that this kiosk uses, read from the inbox. */
import type { Inbox } from '../../sync/inbox.ts'
import { zApprovalPolicy } from '../../sync/approval-policy.ts'
import type { MasterName } from '../../sync/z-facts.ts'
import { z } from 'zod'
import { zFormSchema, zPlaces } from '../enrolment/z-form-schema.ts'
import { zCollecting } from '../reissue/later-offer.ts'
import { zStaffList } from '../staff/z-staff-list.ts'
import { zStatusLists, zTrustList } from '../trust/z-trust.ts'
import { masterReader, type MasterSource } from './master-reader.ts'

/** what this kiosk itself may hand out; read where it is used */
const zDelegationMaster = z.object({
  delegation: z.string().max(2_000),
  collecting: zCollecting.optional(),
})

/** @param onUnfit told when a master is not as docs/processes.md says */
export function openMasters(
  inbox: Pick<Inbox, 'master' | 'masterVersion'>,
  onUnfit: (name: MasterName) => void,
) {
  const source: MasterSource = async (name) => {
    // Both of the same: with the number of one that has only just come the content before it would be kept for good.
    const version = inbox.masterVersion(name)
    return version === undefined ? undefined : { version, content: inbox.master(name) }
  }
  return {
    formSchema: masterReader(source, 'form-schema', { schema: zFormSchema, onUnfit }),
    places: masterReader(source, 'places', { schema: zPlaces, onUnfit }),
    staff: masterReader(source, 'staff', { schema: zStaffList, onUnfit }),
    policy: masterReader(source, 'policy', { schema: zApprovalPolicy, onUnfit }),
    trust: masterReader(source, 'trust', { schema: zTrustList, onUnfit }),
    delegation: masterReader(source, 'delegation', { schema: zDelegationMaster, onUnfit }),
    statusLists: masterReader(source, 'status-list', { schema: zStatusLists, onUnfit }),
  }
}
