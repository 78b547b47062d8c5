/** A picture in memory and the few ways to paint on it. Coordinates and lengths are in pixels. */

export interface Picture {
  width: number
  height: number
  /** three bytes a pixel */
  rgb: Uint8ClampedArray
}

export type Colour = readonly [red: number, green: number, blue: number]

export interface Ellipse {
  x: number
  y: number
  rx: number
  ry: number
  colour: Colour
  /** 1 = covers what is below */
  alpha?: number
  /** how far the edge fades inwards, as a part of the radius; a sharp edge is one pixel */
  soft?: number
  /** radians, clockwise */
  turn?: number
  /** exponent of the superellipse: 2 is an ellipse, more is squarer */
  power?: number
  /** paint only where this says so */
  where?: (x: number, y: number) => boolean
}

export function blankPicture(width: number, height: number, colour: Colour = [255, 255, 255]): Picture {
  const rgb = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = colour[i % 3] ?? 0
  return { width, height, rgb }
}

/** Paints from the top colour to the bottom colour over the whole picture. */
export function paintGradient(picture: Picture, top: Colour, bottom: Colour): void {
  for (let y = 0; y < picture.height; y += 1) {
    const share = y / picture.height
    for (let x = 0; x < picture.width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        picture.rgb[(y * picture.width + x) * 3 + c] = (top[c] ?? 0) * (1 - share) + (bottom[c] ?? 0) * share
      }
    }
  }
}

export function paintEllipse(picture: Picture, ellipse: Ellipse): void {
  const { x, y, rx, ry, colour, alpha = 1, soft = 0, turn = 0, power = 2, where } = ellipse
  const reach = Math.max(rx, ry) + 1
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const fade = Math.max(soft, 1 / Math.min(rx, ry))
  const bounds = clip(picture, x - reach, y - reach, x + reach, y + reach)
  for (let py = bounds.top; py < bounds.bottom; py += 1) {
    for (let px = bounds.left; px < bounds.right; px += 1) {
      const [dx, dy] = [px + 0.5 - x, py + 0.5 - y]
      const u = Math.abs((dx * cos + dy * sin) / rx)
      const v = Math.abs((dy * cos - dx * sin) / ry)
      const distance = (u ** power + v ** power) ** (1 / power)
      const cover = Math.min(1, Math.max(0, (1 - distance) / fade + (soft ? 0 : 0.5)))
      if (cover > 0 && (!where || where(px, py))) blend(picture, px, py, colour, cover * alpha)
    }
  }
}

/** Fills a polygon, smoothed by looking at four places in each pixel. */
export function paintPolygon(
  picture: Picture,
  points: readonly (readonly [x: number, y: number])[],
  colour: Colour,
  alpha = 1,
): void {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const bounds = clip(picture, Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1)
  for (let py = bounds.top; py < bounds.bottom; py += 1) {
    for (let px = bounds.left; px < bounds.right; px += 1) {
      let inside = 0
      for (const [dx, dy] of samples) if (holds(points, px + dx, py + dy)) inside += 1
      if (inside > 0) blend(picture, px, py, colour, (inside / samples.length) * alpha)
    }
  }
}

const samples = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const

/** Fills whole pixels, without smoothing: for codes. */
export function paintBox(
  picture: Picture,
  box: { x: number; y: number; width: number; height: number },
  colour: Colour,
): void {
  const bounds = clip(picture, box.x, box.y, box.x + box.width, box.y + box.height)
  for (let y = bounds.top; y < bounds.bottom; y += 1) {
    for (let x = bounds.left; x < bounds.right; x += 1) blend(picture, x, y, colour, 1)
  }
}

function blend({ rgb, width }: Picture, x: number, y: number, colour: Colour, alpha: number): void {
  const at = (y * width + x) * 3
  for (let c = 0; c < 3; c += 1) {
    const below = rgb[at + c] ?? 0
    rgb[at + c] = below + ((colour[c] ?? 0) - below) * alpha
  }
}

function clip({ width, height }: Picture, left: number, top: number, right: number, bottom: number) {
  return {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  }
}

/** Even-odd rule. */
function holds(points: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false
  let [fromX, fromY] = points.at(-1) ?? [0, 0]
  for (const [toX, toY] of points) {
    if (toY > y !== fromY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX) inside = !inside
    ;[fromX, fromY] = [toX, toY]
  }
  return inside
}
