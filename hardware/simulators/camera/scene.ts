/** What somebody may hold or put before the camera. */
import { z } from 'zod'
import { demoCitizen } from '../card/demo-citizens.ts'
import { drawCode } from './code.ts'
import { drawPeople } from './face.ts'
import { drawZonePage } from './zone.ts'
import { blankPicture, type Picture } from './picture.ts'
import { takePicture } from './take-picture.ts'

const zHeld = {
  /** degrees, clockwise */
  rotate: z.number().min(-360).max(360).optional(),
  /** 1 = as large as it fits */
  scale: z.number().min(0.1).max(2).optional(),
}

/** How the picture is taken. */
const zTaken = {
  /** 1 = as it should be */
  light: z.number().min(0).max(10).optional(),
  /** sigma, pixels */
  blur: z.number().min(0).max(20).optional(),
}

export const zScene = z.union([
  z.object({
    show: z.literal('face'),
    who: z.number().int().min(0).max(1_000).optional(),
    /** how many stand there */
    people: z.number().int().min(1).max(2).optional(),
    /** 1 = as near as a portrait needs it */
    scale: z.number().min(0.2).max(2).optional(),
    /** beside the middle, as a part of the picture's height */
    beside: z.number().min(-1).max(1).optional(),
    ...zTaken,
  }),
  z.object({ show: z.enum(['blank', 'noise']) }),
  z.object({ show: z.literal('zone'), zone: z.string().regex(/^[A-Z0-9<]{72,90}$/), ...zHeld }),
  z.object({ show: z.literal('qr'), text: z.string().min(1).max(8_000), ...zHeld }),
  z.object({ show: z.literal('qr'), base64: z.base64().min(1).max(8_000), ...zHeld }),
])
export type Scene = z.infer<typeof zScene>

/** @returns the picture, or nothing for a code that no QR code can hold */
export function drawScene(
  scene: Scene,
  { width, height, random }: { width: number; height: number; random: () => number },
): Picture | undefined {
  switch (scene.show) {
    case 'face': {
      const { who = demoCitizen.face, people = 1, scale, beside = 0, light = 1, blur = 0 } = scene
      const stand = { ...(scale !== undefined && { scale }), beside }
      // Who else is there stands beside the first, a head's width away.
      const apart = 0.2 * (scale ?? 1)
      const others = people === 2 ? [{ ...stand, beside: beside - apart, seed: who + 3 }] : []
      const first = { ...stand, beside: people === 2 ? beside + apart : beside, seed: who }
      return takePicture(drawPeople(width, height, [...others, first]), { light, blur })
    }
    case 'blank':
      return blankPicture(width, height, [150, 154, 156])
    case 'noise': {
      const picture = blankPicture(width, height)
      for (let i = 0; i < picture.rgb.length; i += 1) picture.rgb[i] = random() * 256
      return picture
    }
    case 'zone':
      return drawZonePage(width, height, scene)
    case 'qr': {
      const content = 'text' in scene ? scene.text : Buffer.from(scene.base64, 'base64')
      return drawCode(width, height, { content, rotate: scene.rotate, scale: scene.scale })
    }
  }
}
