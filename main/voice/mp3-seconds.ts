/** How long an MP3 file plays: its frames one by one (ISO 11172-3 and 13818-3, layer III), after an ID3v2 tag if there is one. */

const kilobits = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const
const rates = [44_100, 48_000, 32_000]

/** @returns seconds, or undefined where it does not consist of frames */
export function mp3Seconds(bytes: Buffer): number | undefined {
  let at = tagLength(bytes)
  let seconds = 0
  let frames = 0
  while (at + 4 <= bytes.length) {
    // An ID3v1 tag ends the file.
    if (bytes.toString('latin1', at, at + 3) === 'TAG' && bytes.length - at === 128) break
    const frame = frameAt(bytes, at)
    if (!frame) return undefined
    at += frame.length
    // A torn last frame is not played.
    if (at > bytes.length) break
    seconds += frame.seconds
    frames += 1
  }
  // Two bytes that look like a frame are found in any file.
  return frames < 3 ? undefined : seconds
}

/** The length of ID3v2 is written in four times seven bits. */
function tagLength(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 3) !== 'ID3') return 0
  return 10 + bytes.subarray(6, 10).reduce((sum, one) => sum * 128 + (one & 0x7f), 0)
}

function frameAt(bytes: Buffer, at: number): { length: number; seconds: number } | undefined {
  const head = bytes.readUInt32BE(at)
  const version = (head >>> 19) & 3
  if (head >>> 21 !== 0x7ff || version === 1 || ((head >>> 17) & 3) !== 1) return undefined
  const first = version === 3
  const kilobit = kilobits[first ? 1 : 2][(head >>> 12) & 15]
  const fullRate = rates[(head >>> 10) & 3]
  if (!kilobit || !fullRate) return undefined
  const rate = fullRate / (first ? 1 : version === 2 ? 2 : 4)
  const samples = first ? 1_152 : 576
  const padding = (head >>> 9) & 1
  return { length: Math.floor((samples * 125 * kilobit) / rate) + padding, seconds: samples / rate }
}
