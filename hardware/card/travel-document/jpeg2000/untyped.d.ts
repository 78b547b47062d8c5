/** OpenJPEG as the package gives it, as far as it is used. */
interface OpenJpegFrame {
  width: number
  height: number
  bitsPerSample: number
  componentCount: number
  isSigned: boolean
}

interface OpenJpegOptions {
  print: (line: string) => void
  printErr: (line: string) => void
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  interface J2KDecoder {
    /** @returns memory to write the coded picture into */
    getEncodedBuffer(bytes: number): Uint8Array
    /** Throws nothing at a broken picture: the frame is then empty. */
    decode(): void
    getFrameInfo(): OpenJpegFrame
    /** interleaved, a view into the decoder's memory */
    getDecodedBuffer(): Uint8Array
    delete(): void
  }
  export default function openJpeg(options: OpenJpegOptions): Promise<{ J2KDecoder: new () => J2KDecoder }>
}

declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  interface J2KEncoder {
    getDecodedBuffer(frame: OpenJpegFrame & { isUsingColorTransform: boolean }): Uint8Array
    setQuality(lossless: boolean, quantizationStep: number): void
    encode(): void
    getEncodedBuffer(): Uint8Array
    delete(): void
  }
  export default function openJpeg(options: OpenJpegOptions): Promise<{ J2KEncoder: new () => J2KEncoder }>
}
