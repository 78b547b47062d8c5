/**
 * The page runs under `require-trusted-types-for 'script'`: a plain string is refused wherever it could become code.
 * One such place is `new Worker(url)`. This policy lets the page start its own workers, and nothing else.
 */

interface PolicyFactory {
  createPolicy(name: string, rules: Record<string, (text: string) => string | null>): unknown
}

/** @returns the address if it is a script of this page's own origin, null for every other one */
export function ownScript(address: string, base: string): string | null {
  try {
    const url = new URL(address, base)
    const own = new URL(base)
    const same = url.protocol === own.protocol && url.host === own.host
    return same && url.pathname.endsWith('.js') ? address : null
  } catch {
    return null
  }
}

/** @returns the text if it can only be text, null if it could become an element */
export function plainText(text: string): string | null {
  return /[<&]/.test(text) ? null : text
}

let installed = false

/**
 * Called before the first worker is started; where the browser has no trusted types there is nothing to do.
 * @param scope the page's globals @param base the page's address
 */
export function allowOwnWorkers(scope: object, base: string): void {
  const factory = 'trustedTypes' in scope ? (scope.trustedTypes as PolicyFactory | undefined) : undefined
  if (!factory || installed) return
  installed = true
  // Under this name the browser asks the policy by itself, so that Vite's own `new Worker` needs no change.
  factory.createPolicy('default', {
    createScriptURL: (address) => ownScript(address, base),
    createHTML: plainText,
  })
}
