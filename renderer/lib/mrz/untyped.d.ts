/** Its own types are not where its `exports` say. */
declare module 'tesseract-wasm' {
  interface OcrEngine {
    /** English, LSTM */
    loadModel(model: ArrayBuffer): void
    setVariable(name: string, value: string): void
    loadImage(picture: { width: number; height: number; data: Uint8ClampedArray }): void
    clearImage(): void
    getText(): string
  }
  export function createOCREngine(options: { wasmBinary: ArrayBuffer }): Promise<OcrEngine>
}
