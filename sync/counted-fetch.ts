/** Counts what is asked and answered, for the diary of the link. */

/**
 * @param carried told of each question's and each piece of an answer's bytes, without their headers
 * @returns the same `fetch`
 */
export function countedFetch(
  fetching: typeof fetch,
  carried: (up: number, down: number) => void,
): typeof fetch {
  return async (input, init) => {
    const answer = await fetching(input, init)
    carried(bytesOf(init?.body), 0)
    // Others hold next to nothing, and some of them may not be made anew.
    if (!answer.ok || !answer.body || answer.status === 204) return answer
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        carried(0, chunk.byteLength)
        controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = answer
    return new Response(answer.body.pipeThrough(counting), { status, statusText, headers })
  }
}

function bytesOf(body: unknown): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.byteLength : 0
}
