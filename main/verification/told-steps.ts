/** Work that tells how it goes, as a stream for a screen. */

/** @param work gets a way to tell a step; what it resolves to is the last one @returns the steps as they come */
export async function* toldSteps<T>(work: (tell: (step: T) => void) => Promise<T>): AsyncGenerator<T> {
  const waiting: T[] = []
  let wake = Promise.withResolvers<undefined>()
  let over = false
  const tell = (step: T) => {
    waiting.push(step)
    wake.resolve(undefined)
  }
  const ended = work(tell)
    .then(tell)
    .finally(() => {
      over = true
      wake.resolve(undefined)
    })
  // Awaited below; a consumer that leaves before must not make an unhandled rejection of it.
  ended.catch(() => undefined)
  for (;;) {
    const going = !over
    yield* waiting.splice(0)
    if (!going) break
    await wake.promise
    wake = Promise.withResolvers()
  }
  await ended
}
