/** The self-service door, put together from its parts. */
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { OfflineService, PresentationService, ReissueService, StaffService } from '../api/services.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import type { Commission } from '../commission/z-commission.ts'
import type { Config } from '../config.ts'
import type { SealAndSave } from '../enrolment/seal-and-save.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { kioskOfPacket } from '../kiosk-info.ts'
import type { openMasters } from '../masters/open-masters.ts'
import { createOnlineQuestions } from '../presentation/online-questions.ts'
import { createPresentationService } from '../presentation/presentation-service.ts'
import type { SavedRequests } from '../requests/requests-service.ts'
import type { createTrust } from '../trust/trust.ts'
import type { Vault } from '../vault/vault.ts'
import type { FingerGate } from '../verification/finger-gate.ts'
import { createCitizenSessions, type CitizenSessions } from './citizen-sessions.ts'
import type { IssuerCalls } from './issuer-calls.ts'
import { createOfflineDesk } from './offline-desk.ts'
import { createPhoneVisits } from './phone-visits.ts'
import { createProvisionalCount } from './provisional-count.ts'
import { createProvisionalDesk } from './provisional-desk.ts'
import { createReissueService } from './reissue-service.ts'

interface Parts {
  config: Config
  sync: Pick<KioskSync, 'inbox' | 'synchroniser'>
  vault: Vault
  index: SearchIndex
  masters: ReturnType<typeof openMasters>
  trust: ReturnType<typeof createTrust>
  commission: () => Commission | undefined
  issuer: IssuerCalls
  saved: SavedRequests
  sealAndSave: SealAndSave
  gate: FingerGate
  staff: Pick<StaffService, 'signIn'>
  card: CardReaderPort
  waiting: Parameters<typeof createReissueService>[0]['waiting']
  clock: Clock
  random: (bytes: number) => Uint8Array
  audit: AuditLog
}

interface CitizenDoor {
  sessions: CitizenSessions
  presentation: PresentationService
  offline: OfflineService
  reissue: ReissueService
}

export function openCitizenDoor(parts: Parts): CitizenDoor {
  const { config, sync, masters, trust, commission, issuer, saved, index, gate, staff } = parts
  const { card, clock, random, audit } = parts
  const sessions = createCitizenSessions(clock, random)
  const presentation = createPresentationService({
    ...{ trustedIssuers: trust.issuers, nameOf: trust.nameOf, statusLists: trust.statusLists },
    ...{ clock, random, audit },
    oldestStatusDays: config.oldestStatusDays,
    office: () => commission()?.office ?? '',
    online: createOnlineQuestions({ commission, issuer, clock, random }),
  })
  const offline = createOfflineDesk({
    ...{ sessions, visits: createPhoneVisits(), inbox: sync.inbox, index },
    ...{ commission, clock, random, audit },
    sealAndSave: ({ packet, parts: pieces }) => parts.sealAndSave(packet, pieces),
    kiosk: () => kioskOfPacket(commission(), config),
    provisional: createProvisionalDesk({
      ...{ commission, count: createProvisionalCount(parts.vault), clock, trustedIssuers: trust.issuers },
      delegation: async () => (await masters.delegation())?.content.delegation,
    }),
    collecting: async () => (await masters.delegation())?.content.collecting,
    isLinkUp: () => ['up', 'slow'].includes(sync.synchroniser.progress().link),
    issuerName: trust.ownName,
  })
  const reissue = createReissueService({
    ...{ card, cardKeys: trust.cardKeys, cardWaitMs: config.enrolment.cardWaitMs },
    ...{ issuer, saved, index, sessions, gate, staff, audit, waiting: parts.waiting },
    wayOf: offline.wayOf,
    onEnd: (session) => {
      presentation.forget(session)
      offline.forget(session)
    },
  })
  return { sessions, presentation, offline, reissue }
}
