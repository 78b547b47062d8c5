/**
 * The payloads of all requests, side by side in a few flat arrays. 20,000 requests have 260,000 of them; as an object and
 * a string each they took more memory than everything else of the queue together.
 */
import type { PartRef } from './z-facts.ts'

const hashBytes = 32
const none = -1

/** What a request's payloads are called: the same few lists of names for all requests. */
type Names = readonly string[]

/** As many as there are names; of the n-th, its SHA-256 (32 bytes each) and its length. */
export interface PackedParts {
  names: Names
  hashes: Uint8Array
  bytes: readonly number[]
}

/** @param O whose payloads they are */
export class PartTable<O> {
  #hashes = Buffer.alloc(64 * hashBytes)
  #bytes = new Uint32Array(64)
  #unsent = new Uint8Array(64)
  /** by the first bytes of the SHA-256: the slot, or the next free place after it; at most half full */
  #places = new Int32Array(128).fill(none)
  readonly #owners: O[] = []
  readonly #names = new Map<string, Names>()

  /** Takes in the payloads of a request. @returns them, all unsent or all sent */
  add(owner: O, { names, hashes, bytes }: PackedParts, sent: boolean): RequestParts {
    const first = this.#owners.length
    while (first + names.length > this.#bytes.length) this.#grow()
    this.#hashes.set(hashes.subarray(0, names.length * hashBytes), first * hashBytes)
    for (const [n, length] of bytes.entries()) {
      this.#bytes[first + n] = length
      this.#unsent[first + n] = sent ? 0 : 1
      this.#owners.push(owner)
      this.#place(first + n)
    }
    return new RequestParts(this, this.#known(names), first, sent)
  }

  /** @returns the slots that hold this payload: none, one, or one in each request that names it */
  slotsOf(sha256: string): number[] {
    const wanted = Buffer.from(sha256, 'hex')
    const found: number[] = []
    if (wanted.length !== hashBytes) return found
    const mask = this.#places.length - 1
    for (let place = wanted.readUInt32LE(0) & mask; ; place = (place + 1) & mask) {
      const slot = this.#places[place] ?? none
      if (slot === none) return found
      if (wanted.equals(this.hashAt(slot))) found.push(slot)
    }
  }

  ownerAt(slot: number): O | undefined {
    return this.#owners[slot]
  }
  hashAt(slot: number): Uint8Array {
    return this.#hashes.subarray(slot * hashBytes, (slot + 1) * hashBytes)
  }
  hashesFrom(slot: number, count: number): Buffer {
    return this.#hashes.subarray(slot * hashBytes, (slot + count) * hashBytes)
  }
  bytesAt(slot: number): number {
    return this.#bytes[slot] ?? 0
  }
  isUnsent(slot: number): boolean {
    return this.#unsent[slot] === 1
  }
  mark(slot: number, unsent: boolean): void {
    this.#unsent[slot] = unsent ? 1 : 0
  }

  #known(names: Names): Names {
    const key = names.join(' ')
    const known = this.#names.get(key)
    if (known) return known
    this.#names.set(key, names)
    return names
  }

  #place(slot: number): void {
    const mask = this.#places.length - 1
    let place = this.#hashes.readUInt32LE(slot * hashBytes) & mask
    while (this.#places[place] !== none) place = (place + 1) & mask
    this.#places[place] = slot
  }

  #grow(): void {
    const slots = this.#bytes.length * 2
    this.#hashes = Buffer.concat([this.#hashes], slots * hashBytes)
    this.#bytes = larger(this.#bytes, new Uint32Array(slots))
    this.#unsent = larger(this.#unsent, new Uint8Array(slots))
    this.#places = new Int32Array(slots * 2).fill(none)
    for (let slot = 0; slot < this.#owners.length; slot += 1) this.#place(slot)
  }
}

/** The payloads of one request, as far as they lie in the table; in itself, those that are unsent. */
export class RequestParts {
  readonly #table: PartTable<unknown>
  readonly #names: Names
  readonly #first: number
  #size = 0
  #bytes = 0

  constructor(table: PartTable<unknown>, names: Names, first: number, sent: boolean) {
    this.#table = table
    this.#names = names
    this.#first = first
    if (sent) return
    this.#size = names.length
    for (let n = 0; n < names.length; n += 1) this.#bytes += table.bytesAt(first + n)
  }

  /** of all payloads */
  get count(): number {
    return this.#names.length
  }
  /** of those that the issuer has not acknowledged whole */
  get size(): number {
    return this.#size
  }
  /** of those that the issuer has not acknowledged whole, together */
  get bytes(): number {
    return this.#bytes
  }

  has(sha256: string): boolean {
    return this.#table.slotsOf(sha256).some((slot) => this.#holds(slot) && this.#table.isUnsent(slot))
  }
  *[Symbol.iterator](): Generator<string> {
    for (const { sha256 } of this.refs((slot) => this.#table.isUnsent(slot))) yield sha256
  }

  /** @returns every payload, in the order of the document */
  refs(wanted: (slot: number) => boolean = () => true): PartRef[] {
    return this.#names.flatMap((name, n) => {
      const slot = this.#first + n
      if (!wanted(slot)) return []
      const sha256 = Buffer.from(this.#table.hashAt(slot)).toString('hex')
      return [{ name, sha256, bytes: this.#table.bytesAt(slot) }]
    })
  }
  packed(): PackedParts & { hashes: Buffer } {
    const hashes = this.#table.hashesFrom(this.#first, this.count)
    return {
      names: this.#names,
      hashes,
      bytes: this.#names.map((_, n) => this.#table.bytesAt(this.#first + n)),
    }
  }

  /** @param slot of this request's @returns whether that is news */
  mark(slot: number, unsent: boolean): boolean {
    if (!this.#holds(slot) || this.#table.isUnsent(slot) === unsent) return false
    this.#table.mark(slot, unsent)
    this.#size += unsent ? 1 : -1
    this.#bytes += unsent ? this.#table.bytesAt(slot) : -this.#table.bytesAt(slot)
    return true
  }

  #holds(slot: number): boolean {
    return slot >= this.#first && slot < this.#first + this.count
  }
}

/** @returns the parts of a document as the table takes them */
export function packParts(parts: readonly PartRef[]): PackedParts {
  return {
    names: parts.map(({ name }) => name),
    hashes: Buffer.from(parts.map(({ sha256 }) => sha256).join(''), 'hex'),
    bytes: parts.map(({ bytes }) => bytes),
  }
}

function larger<A extends Uint32Array | Uint8Array>(from: A, into: A): A {
  into.set(from)
  return into
}
