import type { CodePicture } from './code-picture.ts'

/** Draws one pixel a module: the page makes it larger, and does so with sharp edges. */
export function draw(canvas: HTMLCanvasElement, { size, dark }: CodePicture): void {
  if (canvas.width !== size) canvas.width = canvas.height = size
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) return
  const pixels = context.createImageData(size, size)
  const words = new Uint32Array(pixels.data.buffer)
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) words[y * size + x] = dark(x, y) ? 0xff000000 : 0xffffffff
  context.putImageData(pixels, 0, 0)
}
