/** The page's end of a worker that looks at one frame at a time. */
import type { Frame } from './pump-frames.ts'

export interface FrameWorker<Seen> {
  /** Hands the frame over; answers with what was seen in it. */
  look(frame: Frame): Promise<Seen>
  end(): void
}

/** @param worker answers each frame with one message */
export function frameWorker<Seen>(worker: Worker): FrameWorker<Seen> {
  let answer: ((seen: Seen) => void) | undefined
  worker.onmessage = ({ data }: MessageEvent<Seen>) => answer?.(data)
  return {
    look: (frame) =>
      new Promise((resolve) => {
        answer = resolve
        worker.postMessage(frame, [frame])
      }),
    end: () => worker.terminate(),
  }
}
