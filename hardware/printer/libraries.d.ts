/**
 * What we use of the two libraries that print, make PDF and draw for the simulators. Both are loaded only when something
 * is printed, so that a kiosk without a printer starts without them; declared here, so that the type check does not need
 * them either.
 */
declare module '@napi-rs/canvas' {
  export interface Picture {
    readonly width: number
    readonly height: number
  }
  type Place = [x: number, y: number, width: number, height: number]
  export interface Context {
    fillStyle: string
    strokeStyle: string
    lineWidth: number
    font: string
    filter: string
    textBaseline: 'alphabetic' | 'top'
    textAlign: 'left' | 'center'
    translate(x: number, y: number): void
    rotate(radians: number): void
    beginPath(): void
    lineTo(x: number, y: number): void
    stroke(): void
    fillText(text: string, x: number, y: number): void
    fillRect(x: number, y: number, width: number, height: number): void
    strokeRect(x: number, y: number, width: number, height: number): void
    setLineDash(pattern: number[]): void
    measureText(text: string): { width: number }
    drawImage(
      image: Picture,
      ...places: [fromX: number, fromY: number, fromWidth: number, fromHeight: number, ...Place]
    ): void
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
  }
  export interface Canvas {
    getContext(kind: '2d'): Context
    toBuffer(type: 'image/png'): Buffer
    readonly width: number
    readonly height: number
    encode(format: 'webp', quality: number): Promise<Buffer>
  }
  /** @throws what cannot be decoded */
  export function loadImage(source: Uint8Array): Promise<Picture>
  export function createCanvas(width: number, height: number): Canvas
  /** Vectors and embedded, shaped text; the unit is the point, 1/72 inch. */
  export class PDFDocument {
    constructor(about: { title: string; creator: string })
    beginPage(width: number, height: number): Context
    endPage(): void
    close(): Buffer
  }
  export const GlobalFonts: {
    register(font: Buffer, name: string): unknown
    registerFromPath(path: string, name: string): unknown
    has(name: string): boolean
  }
}

declare module '@point-of-sale/receipt-printer-encoder' {
  export default class ReceiptPrinterEncoder {
    constructor(options: { language: 'esc-pos'; imageMode: 'raster'; feedBeforeCut: number; width?: number })
    initialize(): this
    align(where: 'left' | 'center'): this
    image(
      picture: { data: Uint8ClampedArray; width: number; height: number; colorSpace: 'srgb' },
      width: number,
      height: number,
      algorithm: 'threshold',
      threshold: number,
    ): this
    qrcode(text: string, options: { model: 2; size: number; errorlevel: 'l' | 'm' | 'q' | 'h' }): this
    newline(count?: number): this
    cut(how: 'partial' | 'full'): this
    encode(): Uint8Array
  }
}
