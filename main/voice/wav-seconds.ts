/** How long a WAV file plays: RIFF, with the chunks `fmt ` and `data`. */

/** @returns seconds, or undefined where it is no whole WAV file */
export function wavSeconds(bytes: Buffer): number | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined
  if (bytes.toString('latin1', 8, 12) !== 'WAVE') return undefined
  let bytesASecond: number | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const end = at + 8 + size
    if (end > bytes.length) return undefined
    if (name === 'fmt ') {
      if (size < 16) return undefined
      bytesASecond = bytes.readUInt32LE(at + 16)
    }
    if (name === 'data') return bytesASecond ? size / bytesASecond : undefined
    // Chunks begin at even places.
    at = end + (size % 2)
  }
  return undefined
}
