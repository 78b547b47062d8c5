/** How long an Ogg file plays (RFC 3533): where its last page says that it stands, for Opus (RFC 7845) and Vorbis. */

/** Opus counts in 48 kHz whatever was recorded. */
const opusRate = 48_000
const headerBytes = 27

/** @returns seconds, or undefined where it is no whole Ogg file with sound that a browser plays */
export function oggSeconds(bytes: Buffer): number | undefined {
  let rate: number | undefined
  let skipped = 0
  let last: bigint | undefined
  for (let at = 0; at < bytes.length;) {
    const page = pageAt(bytes, at)
    if (!page) return undefined
    if (at === 0) {
      const head = codecOf(bytes.subarray(page.body, page.end))
      if (!head) return undefined
      ;({ rate, skipped } = head)
    }
    // All ones: no packet ends on this page.
    if (page.position !== 0xffff_ffff_ffff_ffffn) last = page.position
    at = page.end
  }
  if (rate === undefined || last === undefined) return undefined
  return (Number(last) - skipped) / rate
}

function pageAt(bytes: Buffer, at: number) {
  if (at + headerBytes > bytes.length || bytes.toString('latin1', at, at + 4) !== 'OggS') return undefined
  const segments = bytes[at + 26] ?? 0
  const body = at + headerBytes + segments
  if (body > bytes.length) return undefined
  const length = bytes.subarray(at + headerBytes, body).reduce((sum, one) => sum + one, 0)
  const end = body + length
  return end > bytes.length ? undefined : { position: bytes.readBigUInt64LE(at + 6), body, end }
}

function codecOf(packet: Buffer): { rate: number; skipped: number } | undefined {
  if (packet.length >= 12 && packet.toString('latin1', 0, 8) === 'OpusHead')
    return { rate: opusRate, skipped: packet.readUInt16LE(10) }
  if (packet.length >= 16 && packet[0] === 1 && packet.toString('latin1', 1, 7) === 'vorbis') {
    const rate = packet.readUInt32LE(12)
    return rate === 0 ? undefined : { rate, skipped: 0 }
  }
  return undefined
}
