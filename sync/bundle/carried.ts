/**
 * Bundles of other kiosks that this one carries: sealed, signed, and nothing it can read. They lie here until the issuer
 * has acknowledged them, and count in what the disk may hold.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { saveFaultOf, type SaveFault } from '../blobs.ts'
import { sha256Hex } from '../packet.ts'
import { writeWhole } from '../write-whole.ts'
import { zSha256 } from '../z-facts.ts'
import { readHead } from './bundle-head.ts'
import type { ReadVolume } from './open-bundle.ts'
import { headFile, volumeFile } from './stick-folder.ts'
import type { BundleHead } from './z-bundle.ts'

export interface CarriedBundle {
  /** SHA-256 of the head */
  readonly id: string
  readonly head: BundleHead
  readonly headBytes: Uint8Array
  readonly at: string
  readonly bytes: number
  /** numbers of the volumes that are here */
  readonly held: Set<number>
  /** of the held ones the issuer has this many bytes */
  sentBytes: number
  /** why the issuer would not take it */
  refused?: string
}

export interface CarriedOptions {
  folder: string
  clock: { now(): number }
  /** most bytes of other kiosks' bundles */
  quotaBytes: number
  /** bytes of this disk that bundles may take now; undefined where the file system does not say */
  roomBytes: () => Promise<number | undefined>
}

export type CarryFault = SaveFault | 'carry.no-room' | 'stopped'

export const heldBytes = ({ head, held }: Pick<CarriedBundle, 'head' | 'held'>): number =>
  [...held].reduce((sum, n) => sum + (head.volumes[n]?.bytes ?? 0), 0)

export class Carried {
  readonly #options: CarriedOptions
  readonly #bundles = new Map<string, CarriedBundle>()
  readonly #byVolume = new Map<string, { id: string; n: number }>()
  readonly #listeners = new Set<() => void>()

  private constructor(options: CarriedOptions) {
    this.#options = options
  }

  /** Takes up what lies here; what is none goes, for its own kiosk still has it. */
  static async open(options: CarriedOptions): Promise<Carried> {
    const carried = new Carried(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    for (const id of await readdir(options.folder)) {
      const folder = join(options.folder, id)
      const headBytes = await readFile(join(folder, headFile)).catch(() => undefined)
      const head = headBytes && sha256Hex(headBytes) === id ? readHead(headBytes) : undefined
      if (!headBytes || head?.isOk() !== true) {
        await rm(folder, { recursive: true, force: true })
        continue
      }
      const { mtime } = await stat(join(folder, headFile))
      const bundle = carried.#add(head.value, headBytes, mtime.toISOString())
      const there = new Set(await readdir(folder))
      for (const n of head.value.volumes.keys()) if (there.has(volumeFile(n))) bundle.held.add(n)
    }
    return carried
  }

  list(): CarriedBundle[] {
    return [...this.#bundles.values()].sort((a, b) => a.at.localeCompare(b.at))
  }
  get(id: string): CarriedBundle | undefined {
    return this.#bundles.get(id)
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  changed(): void {
    for (const listener of this.#listeners) listener()
  }

  /**
   * Takes the volumes that are whole and not here yet; each is on the disk before the next is read.
   * @param head whose signature was found good @param onProgress bytes that are here
   */
  async take(
    headBytes: Uint8Array,
    head: BundleHead,
    read: ReadVolume,
    { onProgress, signal }: { onProgress?: (done: number) => void; signal?: AbortSignal | undefined } = {},
  ): Promise<Result<CarriedBundle, CarryFault>> {
    const id = sha256Hex(headBytes)
    const known = this.#bundles.get(id)
    const wanted = head.volumes.reduce((sum, { bytes }) => sum + bytes, 0) - (known ? heldBytes(known) : 0)
    if (!(await this.#hasRoom(wanted))) return err('carry.no-room')
    const folder = join(this.#options.folder, id)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if (!known) await writeWhole(join(folder, headFile), headBytes)
      const bundle = known ?? this.#add(head, headBytes, new Date(this.#options.clock.now()).toISOString())
      for (const n of head.volumes.keys()) {
        if (signal?.aborted) return err('stopped')
        const bytes = bundle.held.has(n) ? undefined : await read(n)
        if (bytes) {
          await writeWhole(join(folder, volumeFile(n)), bytes)
          bundle.held.add(n)
        }
        onProgress?.(heldBytes(bundle))
      }
      this.changed()
      return ok(bundle)
    } catch (error) {
      return err(saveFaultOf(error))
    }
  }

  /** @returns a volume if it is here and still what its name says */
  async volume(id: string, n: number): Promise<Uint8Array | undefined> {
    const path = join(this.#options.folder, zSha256.parse(id), volumeFile(n))
    const bytes = await readFile(path).catch(() => undefined)
    return bytes && sha256Hex(bytes) === this.#bundles.get(id)?.head.volumes[n]?.sha256 ? bytes : undefined
  }

  /** The same by its hash, as uploads ask for it. */
  async read(sha256: string): Promise<Uint8Array | undefined> {
    const at = this.#byVolume.get(sha256)
    return at && this.volume(at.id, at.n)
  }

  /** Gives back its room. */
  async remove(id: string): Promise<void> {
    await rm(join(this.#options.folder, zSha256.parse(id)), { recursive: true, force: true })
    const bundle = this.#bundles.get(id)
    this.#bundles.delete(id)
    for (const { sha256 } of bundle?.head.volumes ?? []) this.#byVolume.delete(sha256)
    this.changed()
  }

  #add(head: BundleHead, headBytes: Uint8Array, at: string): CarriedBundle {
    const id = sha256Hex(headBytes)
    const bytes = head.volumes.reduce((sum, one) => sum + one.bytes, 0)
    const bundle: CarriedBundle = { id, head, headBytes, at, bytes, held: new Set(), sentBytes: 0 }
    this.#bundles.set(id, bundle)
    for (const [n, { sha256 }] of head.volumes.entries()) this.#byVolume.set(sha256, { id, n })
    return bundle
  }

  async #hasRoom(bytes: number): Promise<boolean> {
    const { quotaBytes, roomBytes } = this.#options
    const used = this.list().reduce((sum, one) => sum + heldBytes(one), 0)
    const room = await roomBytes()
    return used + bytes <= quotaBytes && (room === undefined || bytes <= room)
  }
}
