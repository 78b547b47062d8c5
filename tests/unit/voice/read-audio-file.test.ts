/** What a file is, told by its bytes: three kinds, their length, and every other nonsense refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordingLimits } from '../../../main/api/z-voice.ts'
import { readAudioFile } from '../../../main/voice/read-audio-file.ts'
import { mp3Of, oggOf, opusHead, vorbisHead, wavOf } from './sounds-of-files.ts'

const read = (bytes: Uint8Array) =>
  readAudioFile(bytes).match<unknown>(
    (file) => file,
    ({ code }) => code,
  )
const about = (seconds: number) => expect.closeTo(seconds, 2)
const id3 = Buffer.concat([Buffer.from('ID3\x04\x00\x00\x00\x00\x01\x00', 'latin1'), Buffer.alloc(128)])

test.each([
  ['a WAV file', wavOf(1.5), 'audio/wav', 1.5],
  ['Opus, without what it skips', oggOf(opusHead(312), 96_312n), 'audio/ogg', 2],
  ['Vorbis', oggOf(vorbisHead(22_050), 66_150n), 'audio/ogg', 3],
  ['MP3', mp3Of(100), 'audio/mpeg', 2.61],
  ['MP3 after a tag', Buffer.concat([id3, mp3Of(50)]), 'audio/mpeg', 1.31],
])('%s', (_name, bytes, type, seconds) => {
  expect(read(bytes)).toEqual({ type, seconds: about(seconds) })
})

test.each([
  ['nothing', Buffer.alloc(0), 'voice.not-audio'],
  ['silence without a second of it', wavOf(0), 'voice.not-audio'],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'voice.not-audio'],
  ['a torn WAV file', wavOf(1).subarray(0, 500), 'voice.not-audio'],
  ['Ogg with a film in it', oggOf(Buffer.from('\x80theora-and-more'), 5n), 'voice.not-audio'],
  [
    'two bytes that look like a frame',
    Buffer.concat([mp3Of(1), Buffer.from('something else')]),
    'voice.not-audio',
  ],
  ['more than a minute', wavOf(61), 'voice.too-long'],
  ['Ogg that says it plays for a year', oggOf(opusHead(0), 1_500_000_000_000n), 'voice.too-long'],
  ['more bytes than a message holds', Buffer.alloc(recordingLimits.bytes + 1), 'voice.too-large'],
])('%s is refused', (_name, bytes, code) => {
  expect(read(bytes)).toBe(code)
})

describe('whatever comes', () => {
  const torn = fc
    .constantFrom(wavOf(0.02), oggOf(opusHead(312), 9_600n), mp3Of(4), Buffer.concat([id3, mp3Of(4)]))
    .chain((whole) =>
      fc
        .tuple(
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }),
          fc.nat(whole.length),
        )
        .map(([changes, length]) => {
          const bytes = Buffer.from(whole)
          for (const [at, value] of changes) bytes[at] = value
          return bytes.subarray(0, length)
        }),
    )
  test('it is a code or a length that is allowed, and never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), torn), (bytes) => {
        const file = readAudioFile(bytes)
        if (file.isErr()) return file.error.code.startsWith('voice.')
        return file.value.seconds > 0 && file.value.seconds <= recordingLimits.seconds
      }),
      { numRuns: 2_000 },
    )
  })
})
