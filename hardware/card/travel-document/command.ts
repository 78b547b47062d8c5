/** Command APDUs in their parts, and as bytes (ISO/IEC 7816-4 §5.2). */

export interface Command {
  /** CLA INS P1 P2 */
  header: readonly [number, number, number, number]
  data?: Uint8Array
  /** how many bytes are wanted back, 1 to 65 536; nothing: none */
  wanted?: number
}

/** As bytes; in extended form where the data or what is wanted do not fit into the short one. */
export function encodeCommand({ header, data = new Uint8Array(), wanted }: Command): Uint8Array {
  if (data.length <= 255 && (wanted ?? 0) <= 256) {
    const body = data.length > 0 ? [data.length, ...data] : []
    return Uint8Array.of(...header, ...body, ...(wanted === undefined ? [] : [wanted & 0xff]))
  }
  const size = [data.length >> 8, data.length & 0xff]
  const le = wanted === undefined ? [] : [(wanted >> 8) & 0xff, wanted & 0xff]
  // One zero says that what follows is extended: before the data's length, or before what is wanted if there are no data.
  return Buffer.concat([
    Uint8Array.of(...header, 0x00, ...(data.length > 0 ? size : [])),
    data,
    Uint8Array.of(...le),
  ])
}
