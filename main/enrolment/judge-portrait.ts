/** The host's own look at a portrait before it is kept: the page that sends it is not believed. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { decode } from 'jpeg-js'
import { err, ok, type Result } from 'neverthrow'
import { createFaceFinder } from '../../picture/find-faces.ts'
import { judgePortrait } from '../../picture/judge-portrait.ts'
import type { RgbaPicture } from '../../picture/grey-picture.ts'
import type { Failure } from '../api/answer.ts'
import type { PortraitOverride } from '../api/z-enrolment.ts'
import { checkPortrait } from './portrait-check.ts'

/**
 * @param override what the officer was told and answers for
 * @returns the override if it was needed, nothing for a good picture; `portrait.unusable`, or what was found if that is
 * not what the officer answers for
 */
export type JudgePortrait = (
  jpeg: Uint8Array,
  override: PortraitOverride | undefined,
) => Promise<Result<PortraitOverride | undefined, Failure>>

const model = '@mediapipe/face_detection/face_detection_short_range.tflite'
/** The upright middle of the largest picture that a camera gives has 3.5; the decoder takes about ten bytes a pixel. */
const mostMegapixels = 4
const mostMemoryMb = 96

/** Reads the face finder's network; it is shipped with the program. */
export async function openPortraitJudge(): Promise<JudgePortrait> {
  const find = createFaceFinder(await readFile(createRequire(import.meta.url).resolve(model)))
  return async (jpeg, override) => {
    const checked = checkPortrait(jpeg)
    if (checked.isErr()) return err(checked.error)
    const picture = pixelsOf(jpeg)
    if (!picture) return err({ code: 'portrait.unusable' })
    const finding = judgePortrait(picture, find(picture))
    if (!finding) return ok(undefined)
    return finding === override?.finding ? ok(override) : err({ code: finding })
  }
}

/** @returns nothing for what only looks like a JPEG from outside */
function pixelsOf(jpeg: Uint8Array): RgbaPicture | undefined {
  try {
    const { width, height, data } = decode(jpeg, {
      useTArray: true,
      maxResolutionInMP: mostMegapixels,
      maxMemoryUsageInMB: mostMemoryMb,
      tolerantDecoding: false,
    })
    return { width, height, data: Uint8ClampedArray.from(data) }
  } catch {
    // The decoder throws for every way in which a file can be broken.
    return undefined
  }
}
