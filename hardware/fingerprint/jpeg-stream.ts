/** JPEG pictures of a STREAM answer: part headers with a length, then that many bytes (sbi.md §8). */
const headLimit = 4_096
const pictureLimit = 5_000_000

/** @param chunks of the answer's body @returns each whole picture; ends where the stream stops making sense */
export async function* readPictures(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const headEnd = rest.indexOf('\r\n\r\n')
      if (headEnd < 0) {
        if (rest.length > headLimit) return
        break
      }
      const length = Number(
        /content-length: *(\d{1,8})/i.exec(rest.subarray(0, headEnd).toString('latin1'))?.[1],
      )
      if (!Number.isInteger(length)) {
        // The blank lines between two parts.
        rest = rest.subarray(headEnd + 4)
        continue
      }
      if (length > pictureLimit) return
      if (rest.length < headEnd + 4 + length) break
      const picture = rest.subarray(headEnd + 4, headEnd + 4 + length)
      rest = rest.subarray(headEnd + 4 + length)
      if (picture[0] !== 0xff || picture[1] !== 0xd8) return
      yield picture
    }
  }
}
