/** The kiosk, put together from its parts. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import { createDeviceManager } from '../hardware/manager.ts'
import { noApproval } from '../sync/approval-policy.ts'
import { openSync } from '../sync/open-sync.ts'
import type { Services } from './api/services.ts'
import { openAuditLog } from './audit/audit-log.ts'
import { systemClock, type Clock } from './clock.ts'
import { keepCommissioning } from './commission/keep-commissioning.ts'
import { createLogBook } from './care/log-book.ts'
import { openCare } from './care/open-care.ts'
import { openCommissioning } from './commission/commissioning.ts'
import type { Config } from './config.ts'
import { openCameraChoices } from './devices/camera-choices.ts'
import { createDeviceService } from './devices/device-service.ts'
import { createDeviceTests } from './devices/device-tests.ts'
import { openDeviceBook } from './devices/device-book.ts'
import { openDevices, type Devices } from './devices/open-devices.ts'
import { createSaveReport } from './devices/save-report.ts'
import { createApprovals } from './enrolment/approvals.ts'
import { createEndOfDay } from './end-of-day/end-of-day-service.ts'
import { createDraftStore } from './enrolment/draft-store.ts'
import { openDrafts } from './enrolment/open-drafts.ts'
import { createEnrolmentService } from './enrolment/enrolment-service.ts'
import { keepExpiringDrafts } from './enrolment/expire-drafts.ts'
import { openPortraitJudge } from './enrolment/judge-portrait.ts'
import { createFormSource } from './enrolment/form-source.ts'
import { createSealAndSave } from './enrolment/seal-and-save.ts'
import { openSearchIndex } from './enrolment/search-index.ts'
import { createSubmit, takeUpAfterCrash, type SubmitParts } from './enrolment/submit.ts'
import { kioskInfo, kioskOfPacket } from './kiosk-info.ts'
import { logToStderr, type Log } from './log.ts'
import { openMasters } from './masters/open-masters.ts'
import { createHttpsGet } from './credentials/did/https-get.ts'
import { createResolver } from './credentials/did/resolver.ts'
import { openCitizenDoor } from './reissue/open-citizen-door.ts'
import { createIssuerCalls } from './reissue/issuer-calls.ts'
import { createRemovableMedia } from './removable/removable-media.ts'
import { createOfferAgain } from './requests/offer-again.ts'
import { createPrintSlip } from './requests/print-slip.ts'
import { createRequestService, savedRequests, slipFor } from './requests/requests-service.ts'
import { createWaitingSlips } from './requests/waiting-slip.ts'
import { createSaveSlip } from './requests/save-slip.ts'
import { serialWork } from './serial-work.ts'
import { openLockoutBook } from './staff/lockout-book.ts'
import { createStaffService } from './staff/staff-service.ts'
import { createLimitWatch, freeBytesOf } from './status/limit-watch.ts'
import { createLinkDetail } from './status/link-detail.ts'
import { createStickService } from './sticks/stick-service.ts'
import { createStatusService } from './status/status-service.ts'
import { keepChecking, openTrustChecks } from './trust/trust-checks.ts'
import { createTrustService } from './trust/trust-service.ts'
import { createTrust } from './trust/trust.ts'
import { fileCustody } from './vault/file-custody.ts'
import type { KeyCustody } from './vault/key-custody.ts'
import { openVault } from './vault/vault.ts'
import { openVoice } from './voice/voice-service.ts'
import { openFingerCheck } from './verification/open-finger-check.ts'
import { keepExpiringTemplates } from './verification/verification-service.ts'

export interface HostOptions {
  config: Config
  /** default: a file in the data folder */
  custody?: KeyCustody
  clock?: Clock
  random?: (bytes: number) => Uint8Array
  fetch?: typeof fetch
  /** default: the real ones behind PC/SC and SBI */
  devices?: Partial<Devices>
  /** where technical messages go; default stderr. Never personal data. */
  log?: Log
  /** a technician has decided that this kiosk is made as new: the shell ends the host and starts over */
  onReset?: () => void
}

export interface Host {
  services: Services
  /** Ends the link, closes the devices and the databases. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts the kiosk's host. It starts without a link, without devices and without having been commissioned; whatever
 * needs one of these says so when it is asked.
 * @throws VaultLocked - if there are sealed records that this kiosk's key does not open
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const {
    config,
    clock = systemClock,
    random = randomBytes,
    fetch = globalThis.fetch,
    onReset = () => undefined,
  } = options
  const logBook = createLogBook(clock, options.log ?? logToStderr)
  const { log } = logBook
  const below = (name: string) => join(config.dataDir, name)

  // What lies on the disk
  const custody = options.custody ?? fileCustody(below('vault.key'))
  const vault = await openVault({ folder: below('vault'), custody, random })
  const audit = await openAuditLog({
    path: below('audit.jsonl'),
    clock,
    onTrouble: () => log('audit.not-written'),
  })
  const draftDatabase = await openDrafts(below('drafts'), below('sync'), { clock, log })
  const store = createDraftStore(draftDatabase, vault, () => void audit.record('draft.unreadable'))
  const index = await openSearchIndex(below('search-index.jsonl'), vault)
  const book = await openLockoutBook(vault)
  const cameras = await openCameraChoices(vault)
  const voice = await openVoice({ folder: below('voice'), audit, onTrouble: () => log('voice.trouble') })

  // The issuer
  const commissioning = await openCommissioning({ vault, config, fetch })
  const commission = commissioning.current
  const freeBytes = freeBytesOf(config.dataDir)
  const sync = await openSync({
    dataDir: below('sync'),
    issuer: () => {
      const known = commission()
      return known && { ...known, url: known.issuerUrl, signing: known.trust.signing, own: known }
    },
    ...{ clock, fetch, random: () => (random(1)[0] ?? 0) / 256 },
    payloadDays: config.payloadDays,
    carry: {
      quotaBytes: config.carry.quotaMb * 1_000_000,
      roomBytes: async () => {
        const free = await freeBytes()
        return free === undefined ? undefined : free - config.limits.diskReserveMb * 1_000_000
      },
    },
    alsoCompacted: [{ folder: below('drafts'), database: draftDatabase }],
    ...{ probeUpMs: config.link.probeUpMs, probeDownMs: config.link.probeDownMs, onProblem: log },
  })
  const limits = createLimitWatch({
    ...{ sync, limits: config.limits, freeBytes },
    approvals: async () => (await store.list()).filter(({ signed }) => signed).length,
  })
  const masters = openMasters(sync.inbox, (name) => log('master.unfit', { name }))
  const checks = await openTrustChecks({
    path: below('trust-checks.json'),
    resolver: createResolver({ fetch, get: createHttpsGet(), clock, ledger: config.ledger }),
    onTrouble: () => log('trust-checks.trouble'),
  })
  const trust = createTrust({
    ...{ commission, trustList: masters.trust, statusLists: masters.statusLists },
    ownCountries: config.travelDocuments.trusted,
    ownScanners: config.sbi,
    ...{ seen: checks.seen, clock },
  })
  const issuer = createIssuerCalls({ commission, fetch, timeoutMs: config.link.requestTimeoutMs })
  const saved = savedRequests(sync)

  // The devices
  const deviceBook = await openDeviceBook(below('devices.json'), () => log('device-book.trouble'))
  const devices = openDevices(
    config,
    { clock, log, scannerTrust: trust.scanners, roleOf: (id) => deviceBook.of(id).role ?? 'both' },
    options.devices,
  )
  const { card, fingerprint, scanner, uidReader, printer, fingerVerifier, authScanner } = devices
  const forCheck = [fingerVerifier, authScanner].filter((one) => one !== undefined)
  const others = [scanner, uidReader, printer, ...forCheck]
  const manager = createDeviceManager({
    ...{ cards: card, fingers: fingerprint, others, book: deviceBook, clock },
  })

  // The people
  const members = async () => (await masters.staff())?.content.staff ?? []
  const staffName = async (id: string) => (await members()).find((one) => one.id === id)?.name ?? id
  const decoy = await hash(Buffer.from(random(16)).toString('hex'))
  const staff = createStaffService({ members, book, verifyPin: verify, decoy, clock, audit })

  const serial = serialWork()

  // The check of one finger
  const { gate, verification } = openFingerCheck({
    ...{ config, vault, clock, audit, serial, fingerVerifier, authScanner },
    folder: below('templates'),
    server: trust.fingerAuthentication,
  })

  // Enrolment
  const forms = createFormSource({
    ...{ schema: masters.formSchema, places: masters.places, clock },
    isCommissioned: () => commission() !== undefined,
  })
  const sealAndSave = createSealAndSave({ commission, sync, random })
  const slipOfWaiting = createWaitingSlips({ commission, staffName })
  const submitParts: SubmitParts = {
    ...{ store, forms, index, clock, audit },
    ...(verification && { keepTemplate: verification.keep }),
    sealAndSave,
    saved: (id) => sync.outbox.get(id),
    slipOf: (doc) => slipFor(doc, staffName),
    slipOfWaiting,
    policy: async () => (await masters.policy())?.content ?? noApproval,
    kiosk: () => kioskOfPacket(commission(), config),
  }
  await takeUpAfterCrash(submitParts)
  const approvals = createApprovals({
    ...{ store, serial, staff, staffName, clock, audit },
    submit: submitParts,
  })
  const enrolment = createEnrolmentService({
    ...{ store, serial, forms, clock, random, audit, staffName },
    ...{
      card: devices.card,
      scanner: devices.fingerprint,
      cardKeys: trust.cardKeys,
      countryCertificates: trust.countryCertificates,
      rules: config.enrolment,
    },
    judgePortrait: await openPortraitJudge(),
    mayOpen: limits.mayEnrol,
    submit: createSubmit(submitParts),
    verification,
    onPortrait: manager.cameraUsed,
    isSubmitted: (id) => sync.outbox.has(id),
  })

  // The citizen
  const { sessions, ...citizen } = openCitizenDoor({
    ...{ config, sync, vault, index, masters, trust, commission, issuer, saved, sealAndSave, gate, staff },
    ...{ card: devices.card, waiting: approvals.held, clock, random, audit },
  })

  // What is taken away on a stick
  const kiosk = () => kioskInfo(commission(), config, custody.kind)
  const media = createRemovableMedia(config.demo ? config.removable.root : undefined)
  const tests = createDeviceTests(clock)
  const saveReport = createSaveReport({ devices: manager.list, tests, kiosk, media, clock, audit })

  // What goes on by itself
  const closing = new AbortController()
  const commissioner = keepCommissioning({
    ...{ commissioning, audit, pauseMs: config.link.probeDownMs, closing: closing.signal },
    onCommissioned: async () => {
      await sync.inbox.refresh()
      sync.synchroniser.start()
    },
  })
  const clockIsTrusted = () => sync.synchroniser.progress().link === 'up'
  keepExpiringDrafts({
    ...{ store, serial, clock, audit, ttlDays: config.draftTtlDays, clockIsTrusted },
    closing: closing.signal,
  })
  const trustService = createTrustService({
    ...{ believing: trust.believing, checks, ledger: config.ledger, clock, audit },
  })
  void keepChecking({ check: trustService.check, isLinkUp: clockIsTrusted, closing: closing.signal })
  if (verification) keepExpiringTemplates(verification, closing.signal)
  const status = createStatusService({
    ...{ sync, limits: limits.current },
    reach: async () => {
      await commissioner.attempt()
      await sync.synchroniser.syncNow()
    },
    ...{ devices: manager.list, onDeviceChange: manager.onChange, clock, closing: closing.signal },
  })
  const issuerUrl = () => commission()?.issuerUrl
  await audit.record('kiosk.started', { version: config.appVersion })

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    closing.abort()
    sessions.wipeAll()
    await commissioner.ended
    await Promise.all([sync.close(), manager.close()])
    await draftDatabase.close()
    await audit.record('kiosk.stopped')
    await audit.close()
  }
  return {
    services: {
      ...{ staff, enrolment, approvals, ...citizen, voice, audit },
      status: { ...status, ...createLinkDetail({ sync, issuerUrl, dataDir: config.dataDir }) },
      requests: createRequestService({
        ...{ saved, index, clock, staffName, slipOfWaiting, waiting: approvals.waiting },
        offerAgain: createOfferAgain({ sync, audit }),
        printSlip: createPrintSlip({ printer, audit }),
        saveSlip: createSaveSlip({ media, paper: config.printer ? 'roll' : 'a4', audit }),
      }),
      endOfDay: createEndOfDay({
        ...{ saved, audit, staffName, clock, approvals: approvals.count },
        drafts: async () => (await enrolment.drafts()).length,
      }),
      devices: createDeviceService({
        ...{ manager, card, fingerprint, scanner, uidReader, printer, cameras, audit },
        ...(fingerVerifier && { fingerVerifier }),
        cardKeys: trust.cardKeys,
      }),
      media,
      trust: trustService,
      care: openCare({
        ...{ kiosk, config, sync, limits: limits.current, log: logBook.lines, audit, media, clock, staff },
        ...{ devices: manager.list, approvals: approvals.count, onDecided: onReset },
        drafts: async () => (await enrolment.drafts()).length,
      }),
      sticks: createStickService({ sticks: sync.sticks, media, audit }),
      report: { note: tests.note, save: saveReport },
      get kiosk() {
        return kiosk()
      },
    },
    close: () => (closed ??= close()),
  }
}
