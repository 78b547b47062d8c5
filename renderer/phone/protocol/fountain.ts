/**
 * Puts a message together from fountain-coded frames, any of them in any order. Each frame is an equation over the
 * fragments; as many independent ones as there are fragments give them all.
 */
import { crc32 } from './crc32.ts'
import type { FramePart } from './frame-part.ts'
import { mixedFragments } from './mixed-fragments.ts'

interface Equation {
  /** bit n: fragment n is in it */
  mask: bigint
  data: Uint8Array
}

export interface Caught {
  have: number
  needed: number
  message?: Uint8Array<ArrayBuffer>
}

export class Fountain {
  readonly #first: FramePart
  readonly #equations: (Equation | undefined)[]

  /** @param first says how many fragments there are, how long they are, and what the whole checks by */
  constructor(first: FramePart) {
    this.#first = first
    this.#equations = Array.from({ length: first.count }, () => undefined)
  }

  /** @returns whether the frame is of the same message */
  takes({ count, length, checksum, data }: FramePart): boolean {
    const first = this.#first
    return (
      count === first.count &&
      length === first.length &&
      checksum === first.checksum &&
      data.length === first.data.length
    )
  }

  /** @returns how much is there; undefined where the whole turned out not to be what it says it is */
  async add(part: FramePart): Promise<Caught | undefined> {
    const { count, checksum, length } = this.#first
    const indices = await mixedFragments(part.number, count, checksum)
    this.#reduceIn({
      mask: indices.reduce((mask, index) => mask | (1n << BigInt(index)), 0n),
      data: part.data.slice(),
    })
    const have = this.#equations.filter((one) => one !== undefined).length
    if (have < count) return { have, needed: count }
    const message = this.#solve().slice(0, length)
    return crc32(message) === checksum ? { have, needed: count, message } : undefined
  }

  /** Gauss, forwards: what is left after the equations before it, under its lowest fragment. */
  #reduceIn({ mask, data }: Equation): void {
    for (let index = 0; index < this.#equations.length && mask !== 0n; index += 1) {
      if (((mask >> BigInt(index)) & 1n) === 0n) continue
      const there = this.#equations[index]
      if (!there) {
        this.#equations[index] = { mask, data }
        return
      }
      mask ^= there.mask
      mix(data, there.data)
    }
  }

  /** Gauss, backwards. */
  #solve(): Uint8Array<ArrayBuffer> {
    const size = this.#first.data.length
    const whole = new Uint8Array(size * this.#equations.length)
    for (let index = this.#equations.length - 1; index >= 0; index -= 1) {
      const { mask = 0n, data = new Uint8Array(size) } = this.#equations[index] ?? {}
      const fragment = data.slice()
      for (let other = index + 1; other < this.#equations.length; other += 1)
        if (((mask >> BigInt(other)) & 1n) === 1n)
          mix(fragment, whole.subarray(other * size, (other + 1) * size))
      whole.set(fragment, index * size)
    }
    return whole
  }
}

function mix(into: Uint8Array, other: Uint8Array): void {
  for (let at = 0; at < into.length; at += 1) into[at] = (into[at] ?? 0) ^ (other[at] ?? 0)
}
