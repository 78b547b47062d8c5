/** What somebody may hold or put before the camera. */
import { z } from 'zod'
import { demoCitizen } from '../card/demo-citizens.ts'
import { drawCode } from './code.ts'
import { drawFace } from './face.ts'
import { blankPicture, type Picture } from './picture.ts'

const zHeld = {
  /** degrees, clockwise */
  rotate: z.number().min(-360).max(360).optional(),
  /** 1 = as large as it fits */
  scale: z.number().min(0.1).max(2).optional(),
}

export const zScene = z.union([
  z.object({ show: z.literal('face'), who: z.number().int().min(0).max(1_000).optional() }),
  z.object({ show: z.enum(['blank', 'noise']) }),
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
    case 'face':
      return drawFace(width, height, scene.who ?? demoCitizen.face)
    case 'blank':
      return blankPicture(width, height, [150, 154, 156])
    case 'noise': {
      const picture = blankPicture(width, height)
      for (let i = 0; i < picture.rgb.length; i += 1) picture.rgb[i] = random() * 256
      return picture
    }
    case 'qr': {
      const content = 'text' in scene ? scene.text : Buffer.from(scene.base64, 'base64')
      return drawCode(width, height, { content, rotate: scene.rotate, scale: scene.scale })
    }
  }
}
