/** Where payloads stay once they are whole and are what their hash says. */
export interface PayloadStore {
  /**
   * Resolves when the payload is kept for good: the kiosk forgets it after that. Safe to repeat.
   * @param spooled the same bytes as a file on this machine, which may be taken away from there
   * @throws where it is not kept, or nobody can tell
   */
  put(sha256: string, bytes: Uint8Array, spooled?: string): Promise<void>
  /** @throws where the store does not answer */
  has(sha256: string): Promise<boolean>
  /** @returns the bytes, or undefined where they were never kept @throws where the store does not answer or has lost them */
  read(sha256: string): Promise<Uint8Array | undefined>
}
