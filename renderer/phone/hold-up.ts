/**
 * In the demonstration the kiosk may look through a simulated camera. A phone that is a second window of the same machine
 * can hold its code up to it; a real phone is held up by hand.
 */
import { z } from 'zod'

const zConfig = z.object({ camera: z.boolean() })

/** @returns whether there is such a camera */
export async function canHoldUp(): Promise<boolean> {
  try {
    return zConfig.parse(await (await fetch('phone.json')).json()).camera
  } catch {
    return false
  }
}

/** @returns whether the camera sees it now */
export async function holdUp(text: string): Promise<boolean> {
  const body = JSON.stringify({ text })
  const headers = { 'content-type': 'application/json' }
  try {
    return (await fetch('hold-up', { method: 'POST', headers, body })).ok
  } catch {
    return false
  }
}
