/** The rules of capturing one slap, as pure functions: threshold, tries, best of tries, exceptions. */
import type { Draft, Slap } from '../api/z-enrolment.ts'
import type { Finger } from '../../sync/z-packet.ts'
import { zFinger } from '../../sync/z-packet.ts'

export const fingersOf: Record<Slap, readonly Finger[]> = {
  left: ['Left IndexFinger', 'Left MiddleFinger', 'Left RingFinger', 'Left LittleFinger'],
  right: ['Right IndexFinger', 'Right MiddleFinger', 'Right RingFinger', 'Right LittleFinger'],
  thumbs: ['Left Thumb', 'Right Thumb'],
}

export const slaps = ['left', 'right', 'thumbs'] as const satisfies readonly Slap[]

export type SlapState = Draft['slaps'][number]
export type Exceptions = SlapState['exceptions']

export interface FingerRules {
  threshold: number
  tries: number
}

export const untouched = (slap: Slap): SlapState => ({
  slap,
  tries: 0,
  done: false,
  fingers: [],
  exceptions: [],
})

/** @returns whether each exception is a finger of this slap, named once */
export function exceptionsFit(slap: Slap, exceptions: Exceptions): boolean {
  const named = exceptions.map(({ finger }) => finger)
  return new Set(named).size === named.length && named.every((finger) => fingersOf[slap].includes(finger))
}

/** @returns the state with these exceptions instead of the ones before; what was captured of the others stays */
export function withExceptions(state: SlapState, exceptions: Exceptions, rules: FingerRules): SlapState {
  const excepted = new Set(exceptions.map(({ finger }) => finger))
  const fingers = state.fingers.filter(({ finger }) => !excepted.has(finger))
  return settle({ ...state, exceptions, fingers }, rules)
}

/** @returns what may happen next: nothing to capture, a capture of these fingers, or no try left */
export function nextCapture(
  state: SlapState,
  rules: FingerRules,
): 'nothing' | 'tries-used' | readonly Finger[] {
  const wanted = expected(state)
  if (wanted.length === 0) return 'nothing'
  return state.tries >= rules.tries ? 'tries-used' : wanted
}

/**
 * @param captured what the scanner gave in one try
 * @returns the state after that try, each finger with the best of its tries, and which fingers of this try are the
 * best so far (their records are the ones to keep)
 */
export function afterCapture(
  state: SlapState,
  captured: readonly { finger: string; quality: number }[],
  rules: FingerRules,
): { state: SlapState; better: Finger[] } {
  const best = new Map(state.fingers.map((one) => [one.finger, one.quality]))
  const better: Finger[] = []
  const wanted = expected(state)
  for (const one of captured) {
    const finger = zFinger.safeParse(one.finger).data
    if (!finger || !wanted.includes(finger)) continue
    if (one.quality <= (best.get(finger) ?? -1)) continue
    best.set(finger, one.quality)
    better.push(finger)
  }
  const fingers = wanted.flatMap((finger) => {
    const quality = best.get(finger)
    return quality === undefined ? [] : [{ finger, quality, met: quality >= rules.threshold }]
  })
  return { state: settle({ ...state, tries: state.tries + 1, fingers }, rules), better }
}

function expected(state: SlapState): Finger[] {
  const excepted = new Set(state.exceptions.map(({ finger }) => finger))
  return fingersOf[state.slap].filter((finger) => !excepted.has(finger))
}

/** Done: each finger is good enough, or is an exception, or was captured as well as all the tries could. */
function settle(state: SlapState, rules: FingerRules): SlapState {
  const wanted = expected(state)
  const captured = wanted.every((finger) => state.fingers.some((one) => one.finger === finger))
  const good = state.fingers.every(({ met }) => met)
  return { ...state, done: captured && (good || state.tries >= rules.tries) }
}
