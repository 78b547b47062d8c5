/** An answer of which one knows whether it left. */
import type { Response } from 'express'
import type { Sealed } from './encryption.ts'

/** Resolves when the answer has left. @throws if the phone was gone before */
export function sendWhole(response: Response, { type, text }: Sealed): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('The phone did not wait for the answer'))
    if (response.closed || !response.socket || response.socket.destroyed) return gone()
    response.once('finish', resolve)
    response.once('close', gone)
    response.type(type).send(text)
  })
}
