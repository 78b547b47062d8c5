/** An enrolment desk on a real disk: vault, draft store, outbox and index are the real ones; the devices are scripted. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { err, ok } from 'neverthrow'
import { openAuditLog } from '../../../main/audit/audit-log.ts'
import { zCommission } from '../../../main/commission/z-commission.ts'
import { zConfig } from '../../../main/config.ts'
import type { StaffRole } from '../../../main/api/session.ts'
import { createApprovals } from '../../../main/enrolment/approvals.ts'
import { createDraftStore, type DraftStore, type SealedDoc } from '../../../main/enrolment/draft-store.ts'
import { createEnrolmentService, type EnrolmentParts } from '../../../main/enrolment/enrolment-service.ts'
import { createFormSource } from '../../../main/enrolment/form-source.ts'
import { createSealAndSave } from '../../../main/enrolment/seal-and-save.ts'
import { openPortraitJudge } from '../../../main/enrolment/judge-portrait.ts'
import { openSearchIndex } from '../../../main/enrolment/search-index.ts'
import { slipCode } from '../../../main/enrolment/slip-code.ts'
import { createSubmit, takeUpAfterCrash, type SubmitParts } from '../../../main/enrolment/submit.ts'
import { zFormSchema, zPlaces } from '../../../main/enrolment/z-form-schema.ts'
import { slipFor } from '../../../main/requests/requests-service.ts'
import { serialWork } from '../../../main/serial-work.ts'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault } from '../../../main/vault/vault.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { noApproval, type ApprovalPolicy } from '../../../sync/approval-policy.ts'
import { Blobs, type BlobFiles } from '../../../sync/blobs.ts'
import { openDurableStore } from '../../../sync/durable-store.ts'
import formSchema from '../../../sync/issuer/masters/form-schema.json' with { type: 'json' }
import places from '../../../sync/issuer/masters/places.json' with { type: 'json' }
import { createOutbox } from '../../../sync/outbox.ts'
import type { RequestDoc, RequestId } from '../../../sync/z-facts.ts'
import {
  allFingers,
  cardReader,
  portrait,
  scanner,
  type Capture,
  type CardOnReader,
} from '../../integration/host-world.ts'

export const officer = { id: 'officer-1', name: 'Pema Dorji', role: 'officer' as const }

const keyPair = async (alg: string) =>
  exportJWK((await generateKeyPair(alg, { extractable: true })).privateKey)

/** The issuer's private halves; the kiosk's commission holds the public ones only. */
export const issuerKeys = { signing: await keyPair('ES256'), sealing: await keyPair('ES256') }

export const commission = zCommission.parse({
  ...{
    kiosk: 'kiosk-001',
    office: 'Paro Dzongkhag',
    user: 'u',
    password: 'p',
    issuerUrl: 'http://127.0.0.1:9',
  },
  trust: { issuer: 'did:key:zDn', signing: issuerKeys.signing, sealing: issuerKeys.sealing },
  signingKey: await keyPair('ES256'),
})

export interface Faults {
  blobFiles?: BlobFiles
  /** changes what submit is made of */
  submit?: (parts: SubmitParts) => Partial<SubmitParts>
  store?: (store: DraftStore) => DraftStore
  mayOpen?: EnrolmentParts['mayOpen']
  policy?: ApprovalPolicy
  /** of the supervisor, by the staff list as it is now */
  roleNow?: StaffRole
}

export async function freshDisk() {
  const path = await mkdtemp(join(tmpdir(), 'enrolment-'))
  return { path, done: () => rm(path, { recursive: true, force: true }) }
}

/** Opens the desk as a start of the kiosk does. `clock`, `card` and `capture` may be changed while it is open. */
export async function openDesk(path: string, faults: Faults = {}) {
  const clock = { at: Date.UTC(2026, 10, 24), now: () => (clock.at += 1_000) }
  const reader: CardOnReader = { now: { fault: 'card.absent' } }
  const capture: { now: Capture } = { now: allFingers(80) }
  const custody = fileCustody(join(path, 'vault.key'))
  const vault = await openVault({ folder: join(path, 'vault'), custody, random: randomBytes })
  const audit = await openAuditLog({ path: join(path, 'audit.jsonl'), clock })
  const draftDatabase = openDurableStore<SealedDoc>(join(path, 'drafts'))
  const outboxDatabase = openDurableStore<RequestDoc>(join(path, 'outbox'))
  const blobs = await Blobs.open(join(path, 'blobs'), faults.blobFiles)
  const outbox = createOutbox(outboxDatabase, blobs)
  const index = await openSearchIndex(join(path, 'index'), vault)
  const plainStore = createDraftStore(draftDatabase, vault)
  const store = faults.store?.(plainStore) ?? plainStore
  /** what was kept for the check of a finger */
  const templates: { id: string; finger: string; template: string }[] = []
  const forms = createFormSource({
    schema: async () => ({ version: 3, content: zFormSchema.parse(formSchema) }),
    places: async () => ({ version: 1, content: zPlaces.parse(places) }),
    isCommissioned: () => true,
    clock,
  })
  const staffName = async (id: string) => (id === officer.id ? officer.name : id)
  const honest: SubmitParts = {
    ...{ store, forms, index, clock, audit },
    keepTemplate: async (id, { finger, template }) => {
      templates.push({ id, finger, template: Buffer.from(template).toString() })
      return ok(null)
    },
    sealAndSave: createSealAndSave({
      commission: () => commission,
      sync: { outbox, blobs },
      random: randomBytes,
    }),
    saved: (id) => outbox.get(id),
    slipOf: (doc) => slipFor(doc, staffName),
    slipOfWaiting: async (request, { at, officer: by }) => ({
      ...{ request, created: at, waits: 'approval', qr: slipCode(request), officer: await staffName(by) },
      ...{ office: commission.office, kiosk: commission.kiosk },
    }),
    policy: async () => faults.policy ?? noApproval,
    kiosk: () => ok({ id: commission.kiosk, office: commission.office, app: '0.1.0' }),
  }
  const submitParts = { ...honest, ...faults.submit?.(honest) }
  await takeUpAfterCrash(submitParts)
  const serial = serialWork()
  const approvals = createApprovals({
    ...{ store, serial, staffName, clock, audit, submit: submitParts },
    staff: {
      signIn: async (name, pin) =>
        pin === '135791'
          ? ok({ id: 'supervisor-1', name, role: faults.roleNow ?? 'supervisor' })
          : err({ code: 'sign-in.wrong-pin', detail: { triesLeft: 4 } }),
    },
  })
  const service = createEnrolmentService({
    ...{ store, forms, clock, audit, staffName, random: randomBytes, serial },
    ...{
      card: cardReader(reader),
      scanner: scanner(capture),
      cardKeys: async () => [commission.trust.signing],
      countryCertificates: async () => [new Uint8Array()],
    },
    judgePortrait: await openPortraitJudge(),
    rules: zConfig.parse({ dataDir: path }).enrolment,
    verification: { make: async () => ok(Buffer.from('FP3 of the citizen')) },
    mayOpen: faults.mayOpen ?? (async () => ok(null)),
    submit: createSubmit(submitParts),
    isSubmitted: (id) => outbox.has(id),
  })
  return {
    ...{ templates, service, approvals, reader, capture, clock, outbox, blobs, index, store, audit },
    async close() {
      await Promise.all([draftDatabase.close(), outboxDatabase.close(), audit.close()])
    },
  }
}

export type Desk = Awaited<ReturnType<typeof openDesk>>

export const picture = portrait()

/** Everything but consent. @returns the draft's id */
export async function fill({ service }: Desk): Promise<RequestId> {
  const { id } = (await service.open(officer))._unsafeUnwrap()
  ;(await service.skipCard(id))._unsafeUnwrap()
  ;(await service.saveFields(id, demoCitizen.claims))._unsafeUnwrap()
  ;(await service.savePortrait(id, picture))._unsafeUnwrap()
  for (const slap of ['left', 'right', 'thumbs'] as const) {
    ;(await service.captureFingers(id, slap, [], undefined))._unsafeUnwrap()
  }
  return id
}
