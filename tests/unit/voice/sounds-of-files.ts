/** Sound files as bytes, made here: no recording of anybody. */

/** @returns a WAV file: 8 kHz, 16 bit, one voice, a tone of that many seconds */
export function wavOf(seconds: number): Buffer {
  const samples = Math.round(seconds * 8_000)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples * 2, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8_000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples * 2, 40)
  const tone = Buffer.alloc(samples * 2)
  for (let at = 0; at < samples; at++)
    tone.writeInt16LE(Math.round(3_000 * Math.sin((at * 2 * Math.PI * 440) / 8_000)), at * 2)
  return Buffer.concat([head, tone])
}

/** @returns two pages: what codec it is, and one that ends at `position` */
export function oggOf(codec: Buffer, position: bigint): Buffer {
  const page = (body: Buffer, at: bigint) => {
    const head = Buffer.alloc(28)
    head.write('OggS', 0)
    head.writeBigUInt64LE(at, 6)
    head[26] = 1
    head[27] = body.length
    return Buffer.concat([head, body])
  }
  return Buffer.concat([page(codec, 0n), page(Buffer.from('sound'), position)])
}
export function opusHead(skipped: number): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0)
  head.writeUInt16LE(skipped, 10)
  return head
}
export function vorbisHead(rate: number): Buffer {
  const head = Buffer.alloc(30)
  head[0] = 1
  head.write('vorbis', 1)
  head.writeUInt32LE(rate, 12)
  return head
}

/** @returns frames of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes and 26 ms each */
export const mp3Of = (frames: number): Buffer =>
  Buffer.concat(
    Array.from({ length: frames }, () =>
      Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]),
    ),
  )
