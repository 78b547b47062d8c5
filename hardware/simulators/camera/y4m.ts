/**
 * The file that Chromium reads as its camera (`--use-file-for-fake-video-capture`). Chromium reads it frame by frame,
 * again and again, so what is written over a frame is what the camera sees a moment later.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { Buffer } from 'node:buffer'

export interface CameraFile {
  /** Writes over all frames. One call at a time. */
  write(frame: (index: number) => Uint8Array): Promise<void>
  close(): Promise<void>
}

const frameHead = Buffer.from('FRAME\n')

/** @param frames how many frames the loop has @returns the file, made with black frames */
export async function createCameraFile(
  path: string,
  { width, height, frames, rate }: { width: number; height: number; frames: number; rate: number },
): Promise<CameraFile> {
  const file = await open(path, 'w+', 0o600)
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`)
  const bytes = (width * height * 3) / 2
  const place = (index: number) => head.length + index * (frameHead.length + bytes)
  await writeAll(file, head, 0)
  const black = Buffer.alloc(bytes, 128).fill(16, 0, width * height)
  for (let index = 0; index < frames; index += 1) {
    await writeAll(file, Buffer.concat([frameHead, black]), place(index))
  }
  return {
    async write(frame) {
      for (let index = 0; index < frames; index += 1) {
        await writeAll(file, frame(index), place(index) + frameHead.length)
      }
    },
    close: () => file.close(),
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
