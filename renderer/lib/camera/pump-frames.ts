/** Hands the frames of a video on as they come: one at a time, and after a long look the newest. */

/** What a worker can be given without a copy. */
export type Frame = VideoFrame | ImageBitmap

/**
 * @param take answers when it is done with the frame; it closes the frame or hands it on
 * @returns ends it
 */
export function pumpFrames(video: HTMLVideoElement, take: (frame: Frame) => Promise<void>): () => void {
  let ended = false
  let busy = false
  let fresh = false
  let cancel: () => void = () => undefined

  async function pump(): Promise<void> {
    if (busy || !fresh || ended) return
    busy = true
    fresh = false
    try {
      const frame = await frameOf(video)
      if (ended) frame.close()
      else await take(frame)
    } catch {
      // A video that just lost its camera has no frame to give.
    }
    busy = false
    void pump()
  }
  function arrived(): void {
    if (ended) return
    fresh = true
    cancel = onNextFrame(video, arrived)
    void pump()
  }
  cancel = onNextFrame(video, arrived)
  return () => {
    ended = true
    cancel()
  }
}

/** A VideoFrame keeps the camera's own buffer, so that nothing is copied here. */
async function frameOf(video: HTMLVideoElement): Promise<Frame> {
  return 'VideoFrame' in globalThis ? new VideoFrame(video) : createImageBitmap(video)
}

/** Where the video does not tell its frames, the screen's are looked at for a new one. */
function onNextFrame(video: HTMLVideoElement, then: () => void): () => void {
  if ('requestVideoFrameCallback' in video) {
    const handle = video.requestVideoFrameCallback(then)
    return () => video.cancelVideoFrameCallback(handle)
  }
  const other: HTMLVideoElement = video
  const before = other.currentTime
  let handle = 0
  const look = () => {
    if (other.currentTime === before) handle = requestAnimationFrame(look)
    else then()
  }
  handle = requestAnimationFrame(look)
  return () => cancelAnimationFrame(handle)
}
