/** What the host gives to the procedures. Each service is one room of `main/`; `host.ts` puts them together. */
import type { AccessKeyInput, ReadingStep, zRecognised } from './z-travel-document.ts'
import type { Result } from 'neverthrow'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Finger } from '../../sync/z-packet.ts'
import type { CameraReport, Device, DeviceFault, DeviceRole } from '../../hardware/z-device.ts'
import type { Failure } from './answer.ts'
import type { Session, Staff } from './session.ts'
import type { Comparison, ReturnReason, WaitingRow } from './z-approval.ts'
import type {
  Draft,
  EnrolmentStep,
  Form,
  Language,
  PortraitOverride,
  Slap,
  Slip,
  zFingerException,
} from './z-enrolment.ts'
import type { CameraChoice, CameraChoices, CameraRole } from './z-camera.ts'
import type { CheckStep, TemplateStep } from './z-finger-check.ts'
import type { DayReport } from './z-end-of-day.ts'
import type { SlipWords } from './z-slip-words.ts'
import type { Diary, LinkDetail } from './z-link-detail.ts'
import type { KioskStatus, Offered, RequestDetail, RequestRow, Today } from './z-status.ts'
import type {
  CardView,
  Identified,
  Offer,
  OfferState,
  AnswerWay,
  PresentationRequest,
  Purpose,
  Revealed,
} from './z-citizen.ts'
import type {
  HandOver,
  HandOverWhat,
  PairedPhone,
  Pairing,
  PairingPurpose,
  ReissueReason,
  ReissueTicket,
} from './z-handover.ts'
import type { LogLine, Unsent } from './z-care.ts'
import type { ReportWords } from './z-hardware-report.ts'
import type { Medium, SavedFiles } from './z-medium.ts'
import type { ExportWhat, OnStick, StickProgress, StickSurvey, StickTaken, StickWritten } from './z-stick.ts'
import type { Switches } from './z-switches.ts'
import type { TrustView } from './z-trust.ts'
import type { AudioType, Recording, RecordingName } from './z-voice.ts'
import type { z } from 'zod'

export type { CameraReport, DeviceFault }

type Work<T> = Promise<Result<T, Failure>>

export interface StaffService {
  /** `sign-in.wrong-pin` {triesLeft}, `sign-in.locked` {seconds}, `save.*`; the same answer for an unknown name */
  signIn(name: string, pin: string): Work<Staff>
  /** names to choose from at the sign-in screen */
  names(): Promise<string[]>
}

export interface EnrolmentService {
  form(): Work<Form>
  /** `reason` is `new` unless said otherwise */
  open(staff: Staff, reason?: Draft['reason']): Work<Draft>
  drafts(): Promise<Draft[]>
  get(id: RequestId): Work<Draft>
  /** Saves what was typed even where it is wrong, and says what is wrong. */
  saveFields(id: RequestId, fields: Record<string, string>): Work<Draft>
  goTo(id: RequestId, step: EnrolmentStep): Work<Draft>
  readCard(id: RequestId, signal: AbortSignal | undefined): Work<Draft>
  /** With a passport instead; `key` opens it and is tried once. */
  readTravelDocument(
    id: RequestId,
    key: AccessKeyInput,
    reading: { signal: AbortSignal | undefined; onStep?: (step: ReadingStep) => void },
  ): Work<Draft>
  /** What lies on the reader now, without opening it. */
  recogniseCard(signal: AbortSignal | undefined): Work<z.infer<typeof zRecognised>>
  /** The face from the passport's chip; `draft.incomplete` where there is none. */
  documentPortrait(id: RequestId): Work<{ jpeg: string }>
  skipCard(id: RequestId): Work<Draft>
  /**
   * Keeps a portrait that is good, or one that the officer answers for: `override` holds what was found and why it is
   * kept all the same. `portrait.unusable`, and `portrait.*` for each finding
   */
  savePortrait(id: RequestId, jpeg: Uint8Array, override?: PortraitOverride): Work<Draft>
  portrait(id: RequestId): Work<{ jpeg: string }>
  captureFingers(
    id: RequestId,
    slap: Slap,
    exceptions: readonly z.infer<typeof zFingerException>[],
    signal: AbortSignal | undefined,
  ): Work<Draft>
  /** live picture, JPEG base64 */
  fingerFrames(slap: Slap, signal: AbortSignal): AsyncIterable<string>
  /** Makes a template for the check at this kiosk; it is kept only once the citizen has agreed and the request is saved. */
  makeCheckTemplate(id: RequestId, finger: Finger, signal: AbortSignal): AsyncIterable<TemplateStep>
  dropCheckTemplate(id: RequestId): Work<Draft>
  consent(id: RequestId, language: Language): Work<Draft>
  /** Resolves only when everything is fsync'ed. `save.disk-full` and `save.failed` leave the draft as it was. */
  submit(id: RequestId, staff: Staff): Work<Slip>
  discard(id: RequestId): Work<null>
}

/** What waits for a second person. */
export interface ApprovalService {
  count(): Promise<number>
  /** without anything of the citizen */
  waiting(): Promise<{ id: RequestId; created: string; officer: string }[]>
  /** whose slip a citizen holds though nothing is sealed: those that wait, and those that were sent back */
  held(): Promise<{ id: RequestId; created: string }[]>
  /** the longest wait first */
  list(who: Staff): Promise<WaitingRow[]>
  /** what was typed beside what the document says; `approval.gone` */
  compare(id: RequestId): Work<Comparison[]>
  /** Seals it. `approval.gone`, `approval.own-work`, `sign-in.*`, `save.*`, `kiosk.not-commissioned` leave it waiting. */
  approve(who: Staff, id: RequestId, pin: string): Work<Slip>
  /** To the officer, at the step that it is about. `approval.gone`, `save.*` */
  sendBack(who: Staff, id: RequestId, why: { reason: ReturnReason; note?: string | undefined }): Work<null>
}

export interface RequestService {
  /** counts, and the few requests that need somebody */
  today(): Promise<Today>
  /** the newest 300; older ones are searched for */
  list(): Promise<RequestRow[]>
  /** by slip text, request id or its end, or CID */
  find(query: string): Promise<RequestRow[]>
  detail(id: RequestId): Work<RequestDetail>
  slip(id: RequestId): Work<Slip>
  /** Resolves when it is on paper; `printer.absent` where the kiosk has no receipt printer. */
  printSlip(id: RequestId, words: SlipWords, signal: AbortSignal | undefined): Work<null>
  /** Sends again what the issuer would not take; `request.unknown`, or what the link is where nobody can be asked. */
  offerAgain(id: RequestId): Work<Offered>
  /** As PDF on the stick of that id; the codes `stick.…`. */
  saveSlip(id: RequestId, words: SlipWords, medium: string): Work<SavedFiles>
}

/** The counts of the day, from the queue and from the log of what people did. */
export interface EndOfDayService {
  report(): Promise<DayReport>
  /** Writes into the log that the day is closed; it can be done again when more came. */
  close(staff: Staff): Work<DayReport>
}

/** What goes on without a link: the phone's key, a queued re-issue, hand-over by code. */
export interface OfflineService {
  /** `kiosk.not-commissioned`, `request.unknown` for a handle of nobody */
  pair(session: Session, handle: string, purpose: PairingPurpose): Work<Pairing>
  /** `pairing.*` */
  paired(session: Session, handle: string, pairing: string, answer: string): Work<PairedPhone>
  /** The same again gives the same ticket. `verification.required`, `save.*` */
  queueReissue(
    session: Session,
    handle: string,
    order: { pairing: string; reason: ReissueReason; language: Language },
  ): Work<ReissueTicket>
  /** `handover.not-ready`, `handover.other-phone`, `provisional.*`, `verification.required` */
  handOver(session: Session, handle: string, order: { pairing: string; what: HandOverWhat }): Work<HandOver>
  /** `handover.receipt-*`, `save.*` */
  received(session: Session, handle: string, order: { transfer: string; answer: string }): Work<null>
}

export interface ReissueService {
  identifyByCard(session: Session, signal: AbortSignal | undefined): Work<Identified>
  identifyBySlip(session: Session, text: string): Work<Identified>
  /** Ends with `match`, `officer` or `failed`. */
  checkFinger(session: Session, handle: string, signal: AbortSignal): AsyncIterable<CheckStep>
  /** The citizen wants somebody instead of the scanner; from there on only `vouch` helps. */
  callOfficer(session: Session, handle: string): Work<null>
  /** `sign-in.*`, `role.forbidden` for a technician */
  vouch(session: Session, handle: string, who: { name: string; pin: string }): Work<null>
  /** `verification.required` while a finger is asked for */
  offer(session: Session, handle: string): Work<Offer>
  offerState(session: Session, offer: string): Work<OfferState>
  showCard(session: Session, signal: AbortSignal | undefined): Work<CardView>
  /** forgets everything about the citizen who stood there */
  end(session: Session): Promise<void>
}

export interface PresentationService {
  /** @param over whether the answer comes as a code, or over the phone's own network */
  request(session: Session, purpose: Purpose, over: AnswerWay): Work<PresentationRequest>
  /** `answer` is what the phone's QR held */
  verify(session: Session, id: string, answer: string): Work<Revealed>
  /** @returns null while the phone has not answered over the network; to be asked again after a second or two */
  collect(session: Session, id: string): Work<Revealed | null>
}

export interface StatusService {
  now(): Promise<KioskStatus>
  /** yields at once, then on each change */
  watch(signal: AbortSignal): AsyncIterable<KioskStatus>
  /** why something does or does not go */
  detail(): Promise<LinkDetail>
  /** the link by the hour, for some weeks */
  diary(): Promise<Diary>
  /** tries to reach the issuer at once */
  syncNow(): Promise<void>
}

export interface DeviceService {
  list(): Device[]
  /** what the page says of its camera; the last that was said holds */
  reportCamera(camera: CameraReport): void
  cameraChoices(): CameraChoices
  /** `save.*`; without a camera the role is left to whichever is there */
  chooseCamera(staff: Staff, role: CameraRole, camera: CameraChoice | undefined): Work<null>
  /** what the barcode scanner of whoever stands there reads from now on */
  scannedCodes(served: 'staff' | 'citizen', signal: AbortSignal): AsyncIterable<{ text: string }>
  /** makes the device beep or blink; `hid.no-signal` where it cannot */
  identify(which: WhichDevice): Work<null>
  /** the real thing: reads whatever card lies there, or asks the scanner about itself */
  test(which: WhichDevice, signal: AbortSignal | undefined): Work<DeviceTestAnswer>
  /** what the fingerprint scanner sees now, JPEG base64; for a minute at the most */
  fingerFrames(signal: AbortSignal): AsyncIterable<string>
  /** whom it serves, from now on and after a restart; `device.unknown`, `save.*` */
  setRole(id: string, role: DeviceRole): Work<null>
}

/** One of its kind, or without an id the one that is there. */
export interface WhichDevice {
  kind: Device['kind']
  id?: string | undefined
}

/** The sticks and cards that somebody plugged in. */
export interface MediaService {
  list(): Promise<Medium[]>
}

/** Called while it goes on; `signal` ends it, and what is on the stick by then stays there for the next try. */
export interface Watched {
  tell: (progress: StickProgress) => void
  signal: AbortSignal | undefined
}

export interface StickService {
  survey(what: ExportWhat): Promise<StickSurvey>
  /** Resolves when it is on the stick and was read back. `stick.*`, `save.*`, `kiosk.not-commissioned` */
  write(
    staff: Staff,
    medium: string,
    asked: { what: ExportWhat; passOn: boolean },
    watched: Watched,
  ): Work<StickWritten>
  /** what lies on it; `stick.*` */
  look(medium: string): Work<OnStick[]>
  /** Resolves when it is on this disk. `carry.no-room`, `stick.*`, `save.*`, `kiosk.not-commissioned` */
  take(staff: Staff, medium: string, watched: Watched): Work<StickTaken>
}

export interface ReportService {
  /** keeps what a test found, for the report of this sign-in */
  note(staff: Staff, which: WhichDevice, result: Result<{ summary: TestLine[] }, Failure>): void
  /** the hardware report as JSON and PDF on the stick of that id; the codes `stick.…` */
  save(staff: Staff, medium: string, words: ReportWords): Work<SavedFiles>
}

export interface DeviceTestAnswer {
  summary: TestLine[]
  /** of the finger that lay there, one byte a pixel in base64: for the screen that asked, kept nowhere */
  picture?: { width: number; height: number; grey: string }
}

/** What a test found: the fact is put into words by the screen (`technician.fact.*`), a figure is in bytes or pieces. */
export interface TestLine {
  fact:
    | 'name'
    | 'serial'
    | 'firmware'
    | 'signature'
    // one of RecognisedCard
    | 'card-kind'
    | 'claims'
    | 'file-bytes'
    | 'portrait-bytes'
    | 'characters'
    | 'symbology'
    | 'number-bytes'
    | 'number-end'
    // own estimate, 0 to 100 (docs/fingerprints.md)
    | 'finger-quality'
    // the code of what would make the next picture better
    | 'finger-hint'
    | 'minutiae'
    // how many, and the lowest quality as the scanner says, 0 to 100
    | 'fingers'
    | 'least-quality'
    | 'picture-size'
  value: string
}

export interface KioskInfo {
  id: string
  office: string
  version: string
  demo: boolean
  /** where the vault's key is kept: `file` protects against nobody who has the disk */
  keyCustody: 'os' | 'file'
  issuer: string
  /** what each finger should reach (0 to 100), and how often one hand may be tried */
  fingerRules: { threshold: number; tries: number }
  /** the check of one finger: with what, and for how many days a template is kept */
  fingerCheck: { scanner: 'none' | 'libfprint' | 'sbi'; asked: boolean; templateDays: number }
  /** by which keys the self-service door is used with switches */
  switches: Switches
  /** the simulator panel, in the demonstration only */
  simulatorPanel?: string
}

export interface TrustService {
  list(): Promise<TrustView>
  /** reads the DIDs of all issuers again, as far as somebody answers; resolves when what was seen is on the disk */
  check(): Promise<TrustView>
}

export interface CareService {
  /** the newest first */
  log(): Promise<readonly LogLine[]>
  unsent(): Promise<Unsent>
  /** one file without anything of a citizen, on the stick of that id; the codes of a stick */
  saveDiagnostics(staff: Staff, medium: string): Work<SavedFiles>
  /** Decides that this kiosk is made as new, and ends it. `reset.unsent`, `reset.word`, `sign-in.*`, `save.*` */
  reset(staff: Staff, asked: { word: string; pin: string }): Work<null>
}

/** The recorded voice that reads the citizen's screens where the system has none for the language. */
export interface VoiceService {
  list(): Recording[]
  /** base64; `voice.missing` */
  audio(name: RecordingName): Work<{ type: AudioType; base64: string }>
  /** Adds or replaces. `voice.not-audio`, `voice.too-large`, `voice.too-long`, `save.*` */
  keep(staff: Staff, name: RecordingName, bytes: Uint8Array): Work<Recording>
  /** `save.*` */
  remove(staff: Staff, name: RecordingName): Work<null>
}

export interface AuditService {
  record(event: string, facts?: Record<string, string | number | boolean>): Promise<void>
}

export interface Services {
  staff: StaffService
  enrolment: EnrolmentService
  approvals: ApprovalService
  requests: RequestService
  endOfDay: EndOfDayService
  reissue: ReissueService
  offline: OfflineService
  presentation: PresentationService
  status: StatusService
  devices: DeviceService
  media: MediaService
  report: ReportService
  sticks: StickService
  trust: TrustService
  care: CareService
  voice: VoiceService
  audit: AuditService
  kiosk: KioskInfo
}
