/** The ports through which the host uses devices. Drivers implement them; nothing else is visible outside `hardware/`. */
import type { JWK } from 'jose'
import type { Result } from 'neverthrow'
import type { AccessKey } from './card/travel-document/access-key.ts'
import type { FaceImage } from './card/travel-document/face-image.ts'
import type { Mrz } from './card/travel-document/mrz.ts'
import type { Receipt } from './printer/receipt.ts'
import type { Served } from './device-roles.ts'
import type { UseListener } from './uses.ts'
import type { DeviceFault, DriverDevice } from './z-device.ts'

export interface CardIdentity {
  /** the claims that the issuer signed, as on the card */
  claims: Record<string, unknown>
  /** the signed file itself (COSE_Sign1), as read */
  file: Uint8Array
  /** JPEG, when the card holds one */
  portrait?: Uint8Array
  /** for the check of one finger, when the card holds one and it was asked for */
  finger?: { name: string; template: Uint8Array }
}

/** A passport or identity card of ICAO 9303, read and checked. */
export interface TravelDocument {
  mrz: Mrz
  /** as it lies on the chip, in one of two formats; absent when the face is stored in a form that is not known here */
  portrait?: FaceImage
  /** as they were read, so that somebody else can check them again */
  evidence: { securityObject: Uint8Array; group1: Uint8Array; group2: Uint8Array }
  checks: {
    /** how the chip was opened */
    access: 'pace' | 'bac'
    /** whether the chip showed that it is no copy; an older one cannot */
    chip: 'authenticated' | 'not-offered'
    /** who signed: always checked, otherwise there is a fault instead */
    passive: { country: string; signerValidUntil: string }
  }
}

export type TravelDocumentProgress =
  | { step: 'opening' }
  | { step: 'checking' }
  /** bytes of the portrait's file; 0 of 0 before it begins */
  | { step: 'reading'; done: number; of: number }

export type RecognisedCard = 'office-card' | 'travel-document' | 'unknown'

/** Whoever asks is served by the device that is meant for them; absent: by any. */
interface ForSomebody {
  served?: Served
}

/** What a port tells of its devices, of which there may be several. */
interface SeveralDevices {
  /** the one that matters to whoever asks for one */
  device(): DriverDevice
  devices?(): readonly DriverDevice[]
  /** Called on each change, also when a card comes or goes. Returns the way to stop it. */
  onChange(listener: (device: DriverDevice) => void): () => void
  /** Called when a device has done its work for somebody. Returns the way to stop it. */
  onUse?(listener: UseListener): () => void
}

export interface CardReaderPort extends SeveralDevices {
  /**
   * Reads the office card that lies on the reader and checks its issuer's signature against `trusted` (P-256 public JWKs).
   * `waitMs` is how long to wait for a card to be placed; 0 means it must be there now.
   */
  readIdentity(
    options: ForSomebody & {
      trusted: readonly JWK[]
      waitMs: number
      signal?: AbortSignal
      /** read the finger's template too: it costs time */
      withFinger?: boolean
    },
  ): Promise<Result<CardIdentity, DeviceFault>>
  /** Tells what kind of card lies on the reader, without opening it. */
  recognise(
    options: ForSomebody & { waitMs: number; signal?: AbortSignal },
  ): Promise<Result<RecognisedCard, DeviceFault>>
  /**
   * Reads the travel document that lies on the reader, and checks who signed it and that the chip is no copy.
   * `key` opens it and is tried once; `trusted` are the country certificates (CSCA) that are believed, DER.
   */
  readTravelDocument(
    options: ForSomebody & {
      key: AccessKey
      trusted: readonly Uint8Array[]
      waitMs: number
      signal?: AbortSignal
      onProgress?: (progress: TravelDocumentProgress) => void
    },
  ): Promise<Result<TravelDocument, DeviceFault>>
  close(): Promise<void>
}

export interface CapturedFinger {
  finger: string
  quality: number
  /** the device-signed compact JWS, as it came: the issuer checks it again */
  record: string
}

/** What an authentication server needs; the kiosk itself cannot open it. */
export interface AuthFinger {
  finger: string
  /** the device-signed JWS; its bioValue is encrypted to the server of `domainUri` */
  record: string
  hash: string
  sessionKey: string
  /** SHA-256 of the certificate that it is encrypted to, upper-case hexadecimal */
  thumbprint: string
}

/** A scanner that is made for authentication. */
export interface AuthScannerPort extends SeveralDevices {
  /** One authentication capture (SBI CAPTURE). A finger is named as in the protocol, or `UNKNOWN` for any. */
  authenticate(options: {
    fingers: readonly string[]
    domainUri: string
    requestedScore: number
    timeoutMs: number
    signal?: AbortSignal
  }): Promise<Result<AuthFinger[], DeviceFault>>
  close(): Promise<void>
}

export interface FingerprintPort extends SeveralDevices {
  /** One registration capture (SBI RCAPTURE). All the checks of the protocol are made before anything is returned. */
  capture(
    options: ForSomebody & {
      slap: 'left' | 'right' | 'thumbs'
      exceptions: readonly string[]
      requestedScore: number
      timeoutMs: number
      signal?: AbortSignal
    },
  ): Promise<Result<CapturedFinger[], DeviceFault>>
  /** JPEG frames of the live picture until `signal` aborts. */
  stream(options: { slap: 'left' | 'right' | 'thumbs'; signal: AbortSignal }): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** What every port of one device that can be found by its signal has. */
export interface OneDevicePort extends SeveralDevices {
  /** Makes the device with this id, or the one that is there, beep or blink. `hid.no-signal` when this model cannot. */
  identify(id?: string): Promise<Result<void, DeviceFault>>
  close(): Promise<void>
}

export interface CodeScannerPort extends OneDevicePort {
  /** Called for each code that is scanned from now on. The text is untrusted. Returns the way to stop it. */
  onCode(listener: (code: { text: string; symbology?: string }) => void, served?: Served): () => void
}

/** A reader that says the number of a card and nothing else: no proof of anything, a number can be copied. */
export interface CardUidPort extends OneDevicePort {
  /** Called for each touch from now on, with the number as hexadecimal digits. */
  onUid(listener: (uid: string) => void, served?: Served): () => void
}

/** One picture of one finger, as the scanner gave it. */
export interface FingerImage {
  width: number
  height: number
  dpi: number
  /** one byte a pixel, row by row, ridges dark */
  grey: Uint8Array
  /** found by libfprint (NBIS mindtct) */
  minutiae: number
  quality: FingerQuality
}

export interface FingerQuality {
  /** 0 to 100; our own estimate, not NFIQ 2 (docs/fingerprints.md) */
  score: number
  /** what would make the next picture better, the most important first */
  hints: readonly FingerHint[]
}

/** What a person can do better. */
export type FingerHint =
  'finger.none-seen' | 'finger.off-centre' | 'finger.too-dry' | 'finger.too-wet' | 'finger.unclear'

/** What is told while somebody is placing a finger. */
export type FingerProgress =
  | { kind: 'finger'; status: 'none' | 'needed' | 'present' }
  | { kind: 'stage'; done: number; of: number; hint?: DeviceFault }
  /** a press that could not be used; it goes on with the next */
  | { kind: 'again'; hint: DeviceFault }

interface FingerOperation {
  /** for the whole operation, however many presses it takes */
  timeoutMs: number
  signal?: AbortSignal
  onProgress?: (progress: FingerProgress) => void
}

/** A scanner that compares a finger with a template, here and without any network. */
export interface FingerVerifierPort extends SeveralDevices {
  /** One picture with its quality. A picture in which nothing can be found is asked for again. */
  captureImage(options: FingerOperation): Promise<Result<FingerImage, DeviceFault>>
  /** As many presses as the scanner wants. @returns a template for this kind of scanner: personal data, to be encrypted */
  enrol(options: FingerOperation): Promise<Result<Uint8Array, DeviceFault>>
  /** One finger against one template, which may come from anywhere. A press that cannot be used is asked for again. */
  verify(
    options: FingerOperation & { template: Uint8Array },
  ): Promise<Result<{ match: boolean; quality?: FingerQuality }, DeviceFault>>
  close(): Promise<void>
}

export interface ReceiptPrinterPort extends SeveralDevices {
  /** Resolves when it is on paper, or when nothing more will come. One at a time: `printer.busy`. */
  print(receipt: Receipt, signal?: AbortSignal): Promise<Result<void, DeviceFault>>
  close(): Promise<void>
}
