/** PouchDB as it comes: LevelDB answers before anything is fsync'ed. To show that the power cut is one. */
import leveldown from 'leveldown'

type Write = (...given: unknown[]) => void

/** Called before any database is opened. */
export function leaveRule4Out(): void {
  const prototype: Record<string, unknown> = Object.getPrototypeOf(leveldown('.'))
  for (const name of ['_put', '_del', '_batch']) {
    const real = prototype[name] as Write
    prototype[name] = function (this: unknown, ...given: unknown[]) {
      const options = given.at(-2)
      if (typeof options === 'object' && options) Object.assign(options, { sync: false })
      real.apply(this, given)
    }
  }
}
