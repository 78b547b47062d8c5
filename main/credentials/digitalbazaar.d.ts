/**
 * The part of the @digitalbazaar packages (and jsonld-signatures) that this project uses; they ship no types.
 * Documents are `object`: what comes out of them is untrusted until a zod schema has looked at it.
 */
declare module '@digitalbazaar/ecdsa-multikey' {
  export interface Signer {
    algorithm: string
    id: string
    sign(input: { data: Uint8Array }): Promise<Uint8Array>
  }
  export interface KeyPair {
    id?: string
    controller?: string
    publicKeyMultibase: string
    secretKeyMultibase?: string
    signer(): Signer
    export(options: { publicKey: boolean; includeContext?: boolean }): Promise<object>
  }
  export interface Multikey {
    type: 'Multikey'
    id?: string
    controller?: string
    publicKeyMultibase: string
    secretKeyMultibase?: string
  }
  export function from(key: Multikey | { publicKeyMultibase: string }): Promise<KeyPair>
  export function fromJwk(options: {
    jwk: object
    secretKey?: boolean
    id?: string
    controller?: string
  }): Promise<KeyPair>
  export function toJwk(options: { keyPair: KeyPair; secretKey?: boolean }): Promise<object>
}

declare module '@digitalbazaar/ed25519-multikey' {
  import type { KeyPair } from '@digitalbazaar/ecdsa-multikey'
  export function from(key: { publicKeyMultibase: string }): Promise<KeyPair>
}

declare module '@digitalbazaar/bls12-381-multikey' {
  import type { KeyPair, Signer } from '@digitalbazaar/ecdsa-multikey'
  /** What a BBS signature is over; of a proof the messages that it discloses, each at its own place. */
  interface Signed {
    header: Uint8Array
    messages: Uint8Array[]
  }
  interface Proved extends Signed {
    presentationHeader: Uint8Array
  }
  export interface BbsKeyPair extends KeyPair {
    publicKey: Uint8Array
    signer(): Signer & { publicKey: Uint8Array; multisign(signed: Signed): Promise<Uint8Array> }
    verifier(): { multiverify(proved: Proved & { proof: Uint8Array }): Promise<boolean> }
    deriveProof(
      of: Proved & { signature: Uint8Array; disclosedMessageIndexes: number[] },
    ): Promise<Uint8Array>
  }
  export const ALGORITHMS: { BBS_BLS12381_SHA256: string }
  export function generateBbsKeyPair(options: { algorithm: string }): Promise<BbsKeyPair>
  export function from(key: { publicKeyMultibase: string }): Promise<BbsKeyPair>
  export function fromJwk(options: { jwk: object; secretKey: boolean; id?: string }): Promise<BbsKeyPair>
  export function toJwk(options: { keyPair: BbsKeyPair; secretKey: boolean }): Promise<object>
}

declare module '@digitalbazaar/bbs-2023-cryptosuite' {
  import type { Cryptosuite } from '@digitalbazaar/data-integrity'
  export function createSignCryptosuite(options: { mandatoryPointers: string[] }): Cryptosuite
  export function createDiscloseCryptosuite(options: { selectivePointers: string[] }): Cryptosuite
  export function createVerifyCryptosuite(): Cryptosuite
}

declare module 'base58-universal' {
  export function encode(bytes: Uint8Array): string
  export function decode(text: string): Uint8Array
}

declare module '@digitalbazaar/di-sd-primitives' {
  import type { DocumentLoader } from '@digitalbazaar/vc'
  /** @returns N-Quads by RDFC-1.0 */
  export function canonicalize(document: object, options: { documentLoader: DocumentLoader }): Promise<string>
}

declare module '@digitalbazaar/did-method-key' {
  export interface DidKeyDriver {
    use(options: {
      multibaseMultikeyHeader: string
      fromMultibase: (key: { publicKeyMultibase: string }) => Promise<object>
    }): void
    get(options: { did?: string; url?: string }): Promise<object>
  }
  export function driver(): DidKeyDriver
}

declare module '@digitalbazaar/data-integrity' {
  import type { Signer } from '@digitalbazaar/ecdsa-multikey'
  /** What a suite hands from `createVerifyData` to its own other half; `plain` is of this project's suites. */
  export interface VerifyData {
    plain?: object
  }
  interface Proving {
    cryptosuite: Cryptosuite
    document: object
    proof: object
    documentLoader: (url: string) => Promise<object>
    dataIntegrityProof: { signer: Signer }
  }
  export interface Verifier {
    algorithm: string
    verify(options: { data: VerifyData }): Promise<boolean>
  }
  export interface Cryptosuite {
    name: string
    requiredAlgorithm: string | string[]
    createVerifyData(options: Proving): Promise<VerifyData>
    createProofValue(options: Proving & { verifyData: VerifyData }): Promise<string>
    createVerifier(options: { verificationMethod: object }): Promise<Verifier>
    options?: object
  }
  /** A suite whose proof is one signature over canonical N-Quads. */
  export interface PlainCryptosuite extends Pick<
    Cryptosuite,
    'name' | 'requiredAlgorithm' | 'createVerifier'
  > {
    canonize(input: object, options: object): Promise<string>
  }
  export type AnyCryptosuite = Cryptosuite | PlainCryptosuite
  export class DataIntegrityProof {
    readonly cryptosuite: string
    constructor(options: { signer?: Signer; date?: string | Date | null; cryptosuite: AnyCryptosuite })
  }
}

declare module '@digitalbazaar/ecdsa-sd-2023-cryptosuite' {
  import type { Cryptosuite } from '@digitalbazaar/data-integrity'
  export function createSignCryptosuite(options: { mandatoryPointers: string[] }): Cryptosuite
  export function createDiscloseCryptosuite(options: {
    proofId?: string
    selectivePointers: string[]
  }): Cryptosuite
  export function createVerifyCryptosuite(options?: { requiredAlgorithm?: string | string[] }): Cryptosuite
}

declare module '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite' {
  import type { PlainCryptosuite } from '@digitalbazaar/data-integrity'
  export const cryptosuite: PlainCryptosuite
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  import type { PlainCryptosuite } from '@digitalbazaar/data-integrity'
  export const cryptosuite: PlainCryptosuite
}

declare module '@digitalbazaar/vc' {
  import type { DataIntegrityProof } from '@digitalbazaar/data-integrity'
  export interface LoadedDocument {
    contextUrl: null
    documentUrl: string
    document: unknown
    /** `static`: what the library made of it may be used again by all */
    tag?: 'static'
  }
  export type DocumentLoader = (url: string) => Promise<LoadedDocument>
  export interface Verified {
    verified: boolean
    error?: unknown
    credentialResults?: { verified: boolean; error?: unknown }[]
    presentationResult?: { verified: boolean; error?: unknown }
    statusResult?: { verified: boolean }
  }
  type Suites = DataIntegrityProof | DataIntegrityProof[]
  export function issue(options: {
    credential: object
    suite: DataIntegrityProof
    documentLoader: DocumentLoader
    now?: Date
  }): Promise<object>
  export function derive(options: {
    verifiableCredential: object
    suite: DataIntegrityProof
    documentLoader: DocumentLoader
  }): Promise<object>
  export function createPresentation(options: {
    verifiableCredential?: object | object[]
    id?: string
    holder?: string
    now?: Date
  }): object
  export function signPresentation(options: {
    presentation: object
    suite: DataIntegrityProof
    challenge: string
    domain?: string
    documentLoader: DocumentLoader
  }): Promise<object>
  export function verifyCredential(options: {
    credential: object
    suite: Suites
    documentLoader: DocumentLoader
    now?: Date
    maxClockSkew?: number
    checkStatus?: (options: object) => Promise<{ verified: boolean }>
  }): Promise<Verified>
  export function verify(options: {
    presentation: object
    suite: Suites
    documentLoader: DocumentLoader
    challenge: string
    domain?: string
    controller?: object
    now?: Date
    maxClockSkew?: number
    checkStatus?: (options: object) => Promise<{ verified: boolean }>
  }): Promise<Verified>
}

declare module '@digitalbazaar/vc-bitstring-status-list' {
  export interface BitstringStatusList {
    length: number
    setStatus(index: number, status: boolean): void
    getStatus(index: number): boolean
    encode(): Promise<string>
  }
  export function createList(options: { length: number }): Promise<BitstringStatusList>
  export function decodeList(options: { encodedList: string }): Promise<BitstringStatusList>
  export function createCredential(options: {
    id: string
    list: BitstringStatusList
    statusPurpose: 'revocation' | 'suspension'
  }): Promise<object>
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: Map<string, object>
}
declare module '@digitalbazaar/data-integrity-context' {
  const packaged: { contexts: Map<string, object> }
  export default packaged
}
declare module '@digitalbazaar/multikey-context' {
  const packaged: { contexts: Map<string, object> }
  export default packaged
}
declare module '@digitalbazaar/vc-bitstring-status-list-context' {
  export const contexts: Map<string, object>
}
declare module 'jsonld-signatures' {
  import type { DataIntegrityProof } from '@digitalbazaar/data-integrity'
  import type { DocumentLoader, Verified } from '@digitalbazaar/vc'
  class AssertionProofPurpose {
    readonly term: string
  }
  class AuthenticationProofPurpose {
    constructor(options: { challenge: string; domain: string })
    readonly term: string
  }
  interface ProofOptions {
    suite: DataIntegrityProof
    purpose: AssertionProofPurpose | AuthenticationProofPurpose
    documentLoader: DocumentLoader
  }
  const signatures: {
    purposes: {
      AssertionProofPurpose: typeof AssertionProofPurpose
      AuthenticationProofPurpose: typeof AuthenticationProofPurpose
    }
    verify(document: object, options: ProofOptions): Promise<Verified>
    derive(document: object, options: ProofOptions): Promise<object>
  }
  export default signatures
}

declare module '@digitalbazaar/cborld' {
  import type { DocumentLoader } from '@digitalbazaar/vc'
  type TypeTable = ReadonlyMap<string, ReadonlyMap<string, number>>
  interface Tables {
    documentLoader: DocumentLoader
    typeTableLoader(options: { registryEntryId: number | string }): Promise<TypeTable | undefined>
  }
  export function encode(
    options: Tables & { jsonldDocument: object; registryEntryId: number | string },
  ): Promise<Uint8Array>
  export function decode(options: Tables & { cborldBytes: Uint8Array }): Promise<unknown>
}
