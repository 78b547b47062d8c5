/** Draws the head and shoulders of somebody who does not exist, as a camera in an office would see them. */
import {
  blankPicture,
  paintEllipse,
  paintGradient,
  paintPolygon,
  type Colour,
  type Ellipse,
  type Picture,
} from './picture.ts'

interface Look {
  skin: Colour
  garment: Colour
  collar: Colour
  longHair: boolean
  /** width of the face, as a part of the usual one */
  width: number
}

const skins: readonly Colour[] = [
  [214, 164, 128],
  [196, 142, 106],
  [224, 178, 144],
  [184, 130, 96],
]
const garments: readonly Colour[] = [
  [134, 34, 52],
  [34, 72, 104],
  [40, 96, 74],
  [112, 58, 24],
  [86, 44, 110],
]
const hair: Colour = [28, 22, 22]
const white: Colour = [246, 242, 238]

/** @param seed the same person for the same number; odd numbers have long hair */
function lookOf(seed: number): Look {
  const pick = <T>(from: readonly T[], fallback: T) => from[seed % from.length] ?? fallback
  return {
    skin: pick(skins, [214, 164, 128]),
    garment: pick(garments, [134, 34, 52]),
    collar: [[232, 214, 168] as const, [238, 236, 230] as const][seed % 2] ?? white,
    longHair: seed % 2 === 1,
    width: 0.96 + ((seed * 37) % 10) / 120,
  }
}

/** Where somebody is before the camera. */
export interface Stand {
  /** 1 = as near as a portrait needs it */
  scale?: number
  /** beside the middle, to the right, as a part of the picture's height */
  beside?: number
}

/** @param width @param height pixels @param seed who @returns the picture, face in its middle */
export function drawFace(width: number, height: number, seed: number): Picture {
  return drawPeople(width, height, [{ seed }])
}

/** @returns several before the same wall, the first furthest behind */
export function drawPeople(
  width: number,
  height: number,
  people: readonly (Stand & { seed: number })[],
): Picture {
  const picture = blankPicture(width, height)
  paintGradient(picture, [196, 208, 216], [168, 182, 192])
  for (const { seed, ...stand } of people) paintPerson(picture, seed, stand)
  return picture
}

function paintPerson(picture: Picture, seed: number, { scale = 1, beside = 0 }: Stand): void {
  const { width, height } = picture
  const look = lookOf(seed)
  const unit = (height / 100) * scale
  // All lengths below are percents of the picture's height, with the origin between the eyes.
  const place = (x: number, y: number): readonly [number, number] => [
    width / 2 + beside * height + x * unit,
    height * 0.42 + y * unit,
  ]
  const ellipse = (
    x: number,
    y: number,
    rx: number,
    ry: number,
    colour: Colour,
    more: Partial<Ellipse> = {},
  ) => {
    const [px, py] = place(x, y)
    paintEllipse(picture, { x: px, y: py, rx: rx * unit, ry: ry * unit, colour, ...more })
  }
  const polygon = (points: readonly (readonly [number, number])[], colour: Colour, alpha?: number) =>
    paintPolygon(
      picture,
      points.map(([x, y]) => place(x, y)),
      colour,
      alpha,
    )
  const pen = { ellipse, polygon, look }
  ellipse(10, 10, 46, 60, [120, 134, 146], { alpha: 0.35, soft: 0.8 })
  drawHairBehind(pen)
  drawBody(pen)
  drawHead(pen)
  for (const side of [-1, 1]) drawEye(pen, side)
  drawNoseAndMouth(pen)
  drawHairInFront(pen)
}

interface Pen {
  ellipse(x: number, y: number, rx: number, ry: number, colour: Colour, more?: Partial<Ellipse>): void
  polygon(points: readonly (readonly [number, number])[], colour: Colour, alpha?: number): void
  look: Look
}

function shade([red, green, blue]: Colour, factor: number): Colour {
  return [red * factor, green * factor, blue * factor]
}

function drawHairBehind({ ellipse, look }: Pen): void {
  ellipse(0, -5, 21.6, 25, hair, { power: 2.2 })
  if (look.longHair) ellipse(0, 14, 24, 32, hair, { power: 2.8 })
}

function drawBody({ ellipse, polygon, look }: Pen): void {
  const { garment, collar, skin } = look
  ellipse(0, 82, 49, 46, garment, { power: 2.6 })
  ellipse(30, 84, 22, 40, shade(garment, 0.7), { alpha: 0.6, soft: 0.9 })
  ellipse(-24, 60, 16, 18, shade(garment, 1.35), { alpha: 0.4, soft: 1 })
  polygon(
    [
      [-8.5, 14],
      [8.5, 14],
      [9.5, 36],
      [13, 42],
      [0, 60],
      [-13, 42],
      [-9.5, 36],
    ],
    shade(skin, 0.88),
  )
  ellipse(0, 26, 11, 8, shade(skin, 0.62), { alpha: 0.65, soft: 0.9 })
  // The two halves of the collar cross over, the wearer's left above.
  polygon(
    [
      [11, 33],
      [17, 39],
      [-3, 66],
      [-8, 60],
    ],
    shade(collar, 0.92),
  )
  polygon(
    [
      [-11, 33],
      [-17, 39],
      [3, 68],
      [8, 61],
    ],
    collar,
  )
  polygon(
    [
      [-17, 39],
      [-20, 42],
      [3, 73],
      [3, 68],
    ],
    shade(garment, 0.72),
  )
}

function drawHead({ ellipse, look }: Pen): void {
  const { skin, width } = look
  for (const side of [-1, 1]) {
    ellipse(side * 18.2 * width, 3, 3, 5.4, shade(skin, 0.9), { turn: side * -0.12 })
    ellipse(side * 18.4 * width, 3, 1.5, 3.4, shade(skin, 0.68), { soft: 0.9, alpha: 0.7 })
  }
  ellipse(0, 0, 18.4 * width, 23, skin, { power: 2.15 })
  ellipse(0, 11, (look.longHair ? 13.6 : 14.8) * width, 15.4, skin, { power: 2.15 })
  const onFace = { soft: 1 }
  ellipse(11 * width, 6, 9, 20, shade(skin, 0.74), { ...onFace, alpha: 0.5 })
  ellipse(-6, -9, 12, 9, shade(skin, 1.18), { ...onFace, alpha: 0.55 })
  for (const side of [-1, 1]) ellipse(side * 10 * width, 9, 6, 5, [222, 120, 104], { ...onFace, alpha: 0.32 })
  ellipse(0, 24.5, 7, 3, shade(skin, 1.12), { ...onFace, alpha: 0.4 })
}

function drawEye({ ellipse, polygon, look }: Pen, side: number): void {
  const x = side * 7.8 * look.width
  const lid = shade(look.skin, 0.55)
  ellipse(x, -0.4, 5.2, 3.6, shade(look.skin, 0.72), { soft: 1, alpha: 0.6 })
  ellipse(x, 0.3, 3.7, 1.75, white, { turn: side * -0.07 })
  const [open, middle] = [1.75, 0.3]
  ellipse(x, middle, 1.75, 1.7, [62, 38, 24])
  ellipse(x, middle, 0.85, 0.85, [14, 10, 10])
  ellipse(x - 0.55, middle - 0.6, 0.42, 0.42, [255, 255, 255])
  polygon(
    [
      [x - 4.1, middle + side * 0.1],
      [x - 2.2, middle - open + 0.1],
      [x, middle - open - 0.15],
      [x + 2.2, middle - open + 0.1],
      [x + 4.1, middle - side * 0.1],
      [x + 2.2, middle - open + 0.8],
      [x, middle - open + 0.55],
      [x - 2.2, middle - open + 0.8],
    ],
    [36, 24, 22],
  )
  ellipse(x, 2.7, 3.2, 0.35, lid, { soft: 0.9, alpha: 0.5 })
  ellipse(x + side * 0.3, -5.2, 4.9, 0.95, hair, { turn: side * -0.04, soft: 0.5, alpha: 0.9 })
}

function drawNoseAndMouth({ ellipse, polygon, look }: Pen): void {
  const { skin, longHair } = look
  ellipse(1.8, 5, 1.8, 6, shade(skin, 0.78), { soft: 1, alpha: 0.5 })
  ellipse(-0.5, 3.5, 1.3, 6, shade(skin, 1.2), { soft: 1, alpha: 0.5 })
  ellipse(0, 9.2, 3.6, 2.1, shade(skin, 0.93), { soft: 0.9, alpha: 0.8 })
  ellipse(-0.4, 8.6, 1.5, 1.2, shade(skin, 1.2), { soft: 1, alpha: 0.5 })
  for (const side of [-1, 1]) {
    ellipse(side * 1.7, 10.3, 0.85, 0.5, shade(skin, 0.4), { soft: 0.6, alpha: 0.85 })
  }
  const lips: Colour = longHair ? [182, 78, 78] : [172, 98, 84]
  polygon(
    [
      [-5.4, 15.6],
      [-2, 14.6],
      [0, 15.1],
      [2, 14.6],
      [5.4, 15.6],
      [0, 16.5],
    ],
    shade(lips, 0.88),
  )
  polygon(
    [
      [-5.4, 15.6],
      [0, 16.4],
      [5.4, 15.6],
      [3.4, 17.7],
      [1.4, 18.5],
      [-1.4, 18.5],
      [-3.4, 17.7],
    ],
    lips,
  )
  polygon(
    [
      [-5.8, 15.4],
      [-2, 16],
      [0, 16.1],
      [2, 16],
      [5.8, 15.4],
      [2, 16.4],
      [0, 16.5],
      [-2, 16.4],
    ],
    [96, 40, 38],
  )
  ellipse(0, 17.6, 2.2, 0.5, [236, 168, 160], { soft: 1, alpha: 0.6 })
  ellipse(0, 20.4, 4, 1, shade(skin, 0.72), { soft: 1, alpha: 0.5 })
}

function drawHairInFront({ ellipse, look }: Pen): void {
  const shine = shade([118, 104, 100], 1)
  if (look.longHair) {
    ellipse(-8.6, -19.2, 14.4, 7.6, hair, { turn: -0.5, power: 2.2 })
    ellipse(9.4, -18.8, 13.4, 7.2, hair, { turn: 0.56, power: 2.2 })
    for (const side of [-1, 1]) ellipse(side * 18.8, 2, 3.4, 20, hair, { turn: side * 0.03, power: 2.4 })
    ellipse(-9, -22, 8, 1.4, shine, { turn: -0.4, soft: 1, alpha: 0.45 })
  } else {
    ellipse(0, -20.5, 16.6, 6.6, hair, { power: 2.2 })
    for (const side of [-1, 1]) ellipse(side * 17.6, -9, 2.6, 8, hair, { turn: side * -0.1 })
    ellipse(-5, -23.5, 9, 1.8, shine, { turn: -0.14, soft: 1, alpha: 0.4 })
  }
}
