/** Holds a code up to the kiosk's simulated camera. */
import { z } from 'zod'

const zHeldUp = z.object({ text: z.string().min(1).max(6_000) })

/** @param camera control address of the simulator @param body JSON `{text}` @returns the HTTP status to answer with */
export async function showToCamera(camera: string, body: Uint8Array): Promise<number> {
  try {
    const { text } = zHeldUp.parse(JSON.parse(Buffer.from(body).toString('utf8')))
    const response = await fetch(new URL('show', `${camera.replace(/\/$/, '')}/`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ show: 'qr', text }),
    })
    return response.ok ? 204 : 502
  } catch (error) {
    return error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 502
  }
}
