/**
 * Who keeps the key that everything else at rest is encrypted with. The browser shell has a file for it, the Electron
 * shell the operating system's key store (`safeStorage`), which it gives to `createHost`.
 */
export interface KeyCustody {
  /** `os`: the operating system keeps it; `file`: protects against nobody who has the disk */
  readonly kind: 'os' | 'file'
  /** @returns the 32 bytes that `keep` was last given, or undefined on the very first start */
  load(): Promise<Uint8Array | undefined>
  /** Resolves when the key is on the disk. */
  keep(key: Uint8Array): Promise<void>
}
