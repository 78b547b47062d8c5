/** What goes with every file in both shells: `shared/reference/electron-security.md` C. */

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Svelte makes its elements through a policy of its own; `default` only lets the page start its own workers.
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html default',
]

/** A worker that reads QR codes compiles WebAssembly; the page itself never does, so only the worker may. */
const workerPolicy = policy.map((rule) =>
  rule.startsWith('script-src') ? "script-src 'self' 'wasm-unsafe-eval'" : rule,
)

/** @param path of the asset @returns whether it is a worker's script: its file name says so */
export function isWorkerScript(path: string): boolean {
  return /(^|\/)[\w.-]*worker[\w.-]*\.js$/i.test(path)
}

/** @param path of the asset, as `resolveAsset` gave it @returns the content security policy of its response */
export function contentSecurityPolicy(path: string): string {
  return (isWorkerScript(path) ? workerPolicy : policy).join('; ')
}

/** @returns every header that guards a response, besides its type and length */
export function securityHeaders(path: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(path),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=(), payment=(), display-capture=(), clipboard-read=()',
    // Vite puts a hash of the content into every name below assets/, so such a file never changes.
    'cache-control': path.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  }
}
