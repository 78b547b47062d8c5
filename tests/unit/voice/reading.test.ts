/** What is read in which order, in three scripts; how it is stopped; the steps of speed; the sounds of time limits. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { soundAt } from '../../../renderer/citizen/offer-sounds.ts'
import { noteShown, shownTexts } from '../../../renderer/lib/i18n/shown-texts.ts'
import { changed, usualManner } from '../../../renderer/lib/voice/manner.ts'
import { readPieces } from '../../../renderer/lib/voice/read-pieces.ts'
import { piecesOf } from '../../../renderer/lib/voice/reading-order.ts'
import { sentenceSpans } from '../../../renderer/lib/voice/sentence-spans.ts'
import { noteShape, sounds } from '../../../renderer/lib/voice/sounds.ts'
import { watchHeadphones } from '../../../renderer/lib/voice/watch-headphones.ts'
import { keyOfFile } from '../../../renderer/technician/voice/key-of-file.ts'

describe('sentences', () => {
  test.each([
    ['Place your card. It takes 1.5 seconds!', ['Place your card.', 'It takes 1.5 seconds!']],
    ['कार्ड राख्नुहोस्। पर्खनुहोस्।', ['कार्ड राख्नुहोस्।', 'पर्खनुहोस्।']],
    ['སྒུག་གནང་། ཤོག་བྱང་བཞག།', ['སྒུག་གནང་།', 'ཤོག་བྱང་བཞག།']],
    ['No sign at the end', ['No sign at the end']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(sentenceSpans(text).map(({ from, to }) => text.slice(from, to))).toEqual(expected)
  })
  test('nothing of a text is left out or said twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '.', ' ', '།', '\u200b', '\n', '7', '!')), (letters) => {
        const text = letters.join('')
        const read = sentenceSpans(text).map(({ from, to }) => text.slice(from, to))
        expect(read.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
    )
  })
})

test('a recorded text is one piece, the rest goes sentence by sentence over the bold words in it', () => {
  const pieces = piecesOf([
    { text: 'Your request. ', block: 'a', recorded: true },
    { text: ' It is ', block: 'b', recorded: false },
    { text: 'safe', block: 'b', recorded: false },
    { text: ' with us. Come back.', block: 'b', recorded: false },
    { text: '·', block: 'c', recorded: false },
    { text: 'Next', block: 'd', recorded: false },
  ])
  expect(pieces).toEqual([
    { text: 'Your request.', recorded: true, from: { index: 0, offset: 0 }, to: { index: 0, offset: 14 } },
    {
      text: 'It is safe with us.',
      recorded: false,
      from: { index: 1, offset: 1 },
      to: { index: 3, offset: 9 },
    },
    { text: 'Come back.', recorded: false, from: { index: 3, offset: 10 }, to: { index: 3, offset: 20 } },
    { text: 'Next', recorded: false, from: { index: 5, offset: 0 }, to: { index: 5, offset: 4 } },
  ])
})

test('the key of a text is found by its words, however the page breaks them', () => {
  noteShown('རྫོང་\u200bཁ་ སྐད།', 'x.one', 'dz')
  noteShown('རྫོང་ཁ་ སྐད།', 'x.two', 'dz')
  expect(shownTexts('  རྫོང་ཁ་\n སྐད། ')).toEqual([
    { key: 'x.one', language: 'dz' },
    { key: 'x.two', language: 'dz' },
  ])
  expect(shownTexts('Pema Dorji')).toEqual([])
  expect(keyOfFile('citizen.choose.title.ogg')).toBe('citizen.choose.title')
})

describe('reading', () => {
  test('what cannot be heard is passed over, and at the end nothing is marked', async () => {
    const marked: unknown[] = []
    const { signal } = new AbortController()
    const heard = await readPieces({
      pieces: ['a', 'b', 'c'],
      say: async (piece) => {
        if (piece === 'a') throw new Error('no loudspeaker')
        return piece === 'c'
      },
      mark: (piece) => marked.push(piece),
      signal,
    })
    expect(heard).toBe(1)
    expect(marked).toEqual(['a', 'b', 'c', undefined])
  })
  test('stopped in the middle, it says nothing more and leaves the mark to whoever reads next', async () => {
    const stop = new AbortController()
    const marked: unknown[] = []
    await readPieces({
      pieces: ['a', 'b', 'c'],
      say: async (piece) => {
        if (piece === 'b') stop.abort()
        return true
      },
      mark: (piece) => marked.push(piece),
      signal: stop.signal,
    })
    expect(marked).toEqual(['a', 'b'])
  })
})

test('slower and louder go step by step and end', () => {
  const steps = (what: 'rate' | 'volume', by: 1 | -1) => {
    let manner = usualManner
    for (let count = 0; count < 20; count++) manner = changed(manner, what, by)
    return { manner, ends: changed(manner, what, by) === manner }
  }
  expect(steps('rate', 1)).toEqual({ manner: { ...usualManner, rate: 1.4 }, ends: true })
  expect(steps('rate', -1)).toEqual({ manner: { ...usualManner, rate: 0.6 }, ends: true })
  expect(steps('volume', 1)).toEqual({ manner: { ...usualManner, volume: 1 }, ends: true })
  expect(steps('volume', -1)).toEqual({ manner: { ...usualManner, volume: 0.25 }, ends: true })
})

test('headphones are noticed by one more way out for sound, and their end by one less', async () => {
  const kinds = ['audiooutput', 'videoinput']
  const told: boolean[] = []
  const devices = Object.assign(new EventTarget(), {
    enumerateDevices: () =>
      Promise.resolve(kinds.map((kind) => ({ kind: kind === 'audiooutput' ? kind : 'videoinput' }) as const)),
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const end = watchHeadphones(devices, (plugged) => told.push(plugged))
  await settle()
  for (const change of [
    () => kinds.push('audiooutput'),
    () => kinds.push('videoinput'),
    () => kinds.shift(),
  ]) {
    change()
    devices.dispatchEvent(new Event('devicechange'))
    await settle()
  }
  end()
  kinds.push('audiooutput')
  devices.dispatchEvent(new Event('devicechange'))
  await settle()
  expect(told).toEqual([true, false])
})

describe('sounds of time limits', () => {
  test('they are gentle, short, and none is like another', () => {
    const all = Object.values(sounds)
    expect(new Set(all.map((notes) => JSON.stringify(notes))).size).toBe(all.length)
    for (const notes of all)
      for (const { hertz, at } of notes) {
        // Old ears hear little above 2 kHz; a kiosk's small loudspeaker gives little below 300 Hz.
        expect(hertz).toBeGreaterThan(300)
        expect(hertz).toBeLessThan(1_000)
        expect(at + noteShape.length).toBeLessThan(1.2)
      }
    expect(noteShape.loudest).toBeLessThanOrEqual(0.25)
    // No crack at the beginning.
    expect(noteShape.swell).toBeGreaterThanOrEqual(0.02)
  })
  test('the countdown of a code is heard at a minute, shortly before its end and at it, each once', () => {
    const heard = Array.from({ length: 300 }, (_, past) => soundAt(300 - past, 299 - past)).filter(Boolean)
    expect(heard).toEqual(['question', 'hurry', 'over'])
    // A page that slept through all of it only says that it is over.
    expect(soundAt(200, 0)).toBe('over')
  })
})
