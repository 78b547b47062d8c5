/**
 * Commissioning. A code makes one kiosk, but the answer may be lost on the way: until that kiosk has signed in once, the
 * same code with the same key gets the same answer again. Codes lie on the disk (hashed), for a technician carries one up
 * a valley for days.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { P256PublicJwk } from '../../../main/credentials/keys.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry, Registry } from '../registry.ts'

export const codeLifeMs = 14 * 86_400_000

export interface Commissions {
  /** @returns a fresh code for one kiosk of that office */
  newCode(office: string): string
  /** @returns the kiosk and its password, or undefined where the code is not good (any more) for that key */
  commission(code: string, jwk: P256PublicJwk): Promise<{ kiosk: KioskEntry; password: string } | undefined>
  /** resolves when every code that was given out is on the disk */
  settled(): Promise<void>
}

interface Parts {
  registry: Registry
  keys: Pick<IssuerKeys, 'tag'>
  clock: { now(): number }
  /** makes the kiosk's databases and its user, and puts the masters into its inbox; safe to repeat */
  onCommissioned: (kiosk: KioskEntry, password: string) => Promise<void>
}

const nameOf = (code: string) => createHash('sha256').update(code).digest('hex')

export function createCommissions({ registry, keys, clock, onCommissioned }: Parts): Commissions {
  // One after the other: two kiosks at once must not get the same number, nor one code make two.
  let work: Promise<unknown> = Promise.resolve()
  function inOrder<T>(step: () => Promise<T>): Promise<T> {
    const done = work.then(step)
    work = done.catch(() => undefined)
    return done
  }
  const sameKey = (a: P256PublicJwk, b: P256PublicJwk) => a.x === b.x && a.y === b.y

  async function kioskFor(code: string, jwk: P256PublicJwk, password: string) {
    const name = nameOf(code)
    const entry = await registry.code(name)
    if (!entry) return undefined
    if (entry.kiosk !== undefined) {
      const made = await registry.kiosk(entry.kiosk)
      return made && !made.proven && sameKey(made.jwk, jwk) ? made : undefined
    }
    if (entry.until <= clock.now()) return undefined
    const kiosk = await registry.addKiosk(entry.office, jwk, password)
    await registry.saveCode(name, { ...entry, kiosk: kiosk.id })
    return kiosk
  }

  return {
    settled: () => inOrder(async () => undefined),
    newCode(office) {
      const code = randomBytes(9).toString('base64url')
      void inOrder(() =>
        registry.saveCode(nameOf(code), { kind: 'code', office, until: clock.now() + codeLifeMs }),
      )
      return code
    },
    commission: (code, jwk) =>
      inOrder(async () => {
        // Made from the code, so that a late first answer and a second one agree.
        const password = keys.tag(`kiosk password for ${code}`)
        const kiosk = await kioskFor(code, jwk, password)
        if (!kiosk) return undefined
        await onCommissioned(kiosk, password)
        return { kiosk, password }
      }),
  }
}
