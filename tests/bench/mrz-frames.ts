/** Pictures of zones as a camera sees them behind its guide: the same ones for the same seed. */
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import {
  identityCardZone,
  passportZone,
  type Traveller,
} from '../../hardware/simulators/card/travel-document/groups.ts'
import { hasOcrB, ocrB } from '../../hardware/simulators/camera/zone.ts'
import { rgbaOf, type GreyPicture, type RgbaPicture } from '../../picture/grey-picture.ts'
import { seeded } from './qr-frames.ts'

if (hasOcrB) GlobalFonts.registerFromPath(ocrB, 'OCR-B')

export interface ZoneCondition {
  /** pixels from sign to sign; 27 fills the guide of a camera of 1280 pixels with a passport */
  pitch?: number
  /** degrees */
  rotate?: number
  /** Gaussian, sigma in pixels */
  blur?: number
  /** sigma, levels of 255 */
  noise?: number
  /** what is left of the light */
  gain?: number
  /** lighter on one side by so many levels */
  shade?: number
  /** level of the ink */
  ink?: number
  /** lines of a guilloche behind the text */
  pattern?: boolean
}

export const zoneConditions: Readonly<Record<string, ZoneCondition>> = {
  clean: {},
  'pitch 20': { pitch: 20 },
  'pitch 15': { pitch: 15 },
  'rotated 1': { rotate: 1 },
  'rotated 3': { rotate: 3 },
  'blur 1': { blur: 1 },
  'blur 2': { blur: 2 },
  'noise 20': { noise: 20 },
  'noise 40': { noise: 40 },
  dark: { gain: 0.3, noise: 6 },
  faint: { ink: 120, noise: 6 },
  shaded: { shade: 120, noise: 6 },
  pattern: { pattern: true, noise: 6 },
  combined: { pitch: 22, rotate: -1.5, blur: 0.8, gain: 0.6, noise: 12, shade: 40, pattern: true },
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const surnames = ['WANGMO', 'DORJI', 'RAI', 'GURUNG', 'PENJOR', 'ERIKSSON', 'OBI', 'SILVA', 'LOBZANG']
const given = ['DECHEN', 'KARMA YESHEY', 'UGYEN', 'SANGAY', 'ANNA MARIA', 'OLGA', 'BIDHAN']

/** @returns somebody with a document of a random number */
export function someTraveller(random: () => number): Traveller {
  const digit = () => String(Math.floor(random() * 10))
  const pick = (from: readonly string[] | string) => from[Math.floor(random() * from.length)] ?? ''
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, '0')
  return {
    surname: pick(surnames),
    givenNames: pick(given),
    documentNumber:
      pick(letters) + (random() < 0.2 ? pick(letters) : '') + Array.from({ length: 7 }, digit).join(''),
    born: `${5 + Math.floor(random() * 5)}${digit()}${two(12)}${two(28)}`,
    sex: random() < 0.5 ? 'F' : 'M',
    expires: `3${digit()}${two(12)}${two(28)}`,
  }
}

/** @returns the lines that are printed */
export function linesOf(kind: 'passport' | 'card', traveller: Traveller): string[] {
  const zone = kind === 'passport' ? passportZone(traveller) : identityCardZone(traveller)
  const width = kind === 'passport' ? 44 : 30
  return zone.match(new RegExp(`.{${width}}`, 'g')) ?? []
}

const size = { width: 1_280, height: 260 } as const

export function drawZone(lines: readonly string[], condition: ZoneCondition, seed: number): RgbaPicture {
  const { rotate = 0, blur = 0, noise = 0, gain = 1, shade = 0, ink = 24, pattern = false } = condition
  const random = seeded(seed)
  const most = 27 * (44 / Math.max(30, lines[0]?.length ?? 44))
  const pitch = condition.pitch ?? Math.min(most, 32)
  const canvas = createCanvas(size.width, size.height)
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#e6e2d8'
  pen.fillRect(0, 0, size.width, size.height)
  if (blur > 0) pen.filter = `blur(${blur}px)`
  pen.translate(size.width / 2 + 6 * Math.sin(seed), size.height / 2 + 5 * Math.cos(seed))
  pen.rotate(((rotate + 0.4 * Math.sin(seed * 1.7)) * Math.PI) / 180)
  if (pattern) {
    pen.strokeStyle = '#bfb39a'
    for (let line = -20; line < 20; line += 1) {
      pen.beginPath()
      for (let x = -700; x <= 700; x += 8) pen.lineTo(x, line * 14 + 9 * Math.sin(x / 37 + line))
      pen.stroke()
    }
  }
  pen.font = '100px "OCR-B"'
  pen.font = `${(100 * pitch) / pen.measureText('0').width}px "OCR-B"`
  pen.fillStyle = `rgb(${ink} ${ink} ${ink})`
  const pace = pitch * 2.5
  for (const [row, line] of lines.entries()) {
    const y = (row - (lines.length - 1) / 2) * pace + pitch * 0.5
    for (const [at, sign] of [...line].entries()) pen.fillText(sign, (at - line.length / 2) * pitch, y)
  }
  const { data } = pen.getImageData(0, 0, size.width, size.height)
  const grey = new Uint8ClampedArray(size.width * size.height)
  for (let i = 0; i < grey.length; i += 1) {
    const light = shade * (0.5 - (i % size.width) / size.width)
    const grain =
      noise > 0 ? noise * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) : 0
    grey[i] = ((data[i * 4] ?? 0) + light) * gain + grain
  }
  return rgbaOf({ ...size, grey } satisfies GreyPicture)
}
