/** Which texts a piece of code speaks: keys that stand in it, and keys that it makes from a beginning and an end. */

/** `staff.state.${state}` has a beginning and no end; of a whole key the end is undefined. */
export type Spoken = { key: string } | { begins: string; ends: string }

const whole = /(['"`])([a-z][\w-]*(?:\.[\w-]+)+)\1/g
const beginning = /(['"])([a-z][\w-]*(?:\.[\w-]+)*\.)\1/g
const made = /`([a-z][\w-]*\.[\w.-]*)\$\{(?:[^`{}]|\{[^`{}]*\})*\}([^`]*)`/g

/** @param code JavaScript, TypeScript or a Svelte component */
export function spokenIn(code: string): Spoken[] {
  const keys = [...code.matchAll(whole)].map(([, , key = '']): Spoken => ({ key }))
  const openings = [...code.matchAll(beginning)].map(([, , begins = '']): Spoken => ({ begins, ends: '' }))
  const templates = [...code.matchAll(made)].map(([, begins = '', rest = '']): Spoken => ({
    begins,
    // What comes after another value in the same key can be anything.
    ends: rest.slice(rest.lastIndexOf('}') + 1),
  }))
  return [...keys, ...openings, ...templates]
}

/** @returns those of the keys that are meant */
export const meant = (spoken: Spoken, keys: readonly string[]): string[] =>
  'key' in spoken
    ? keys.filter((key) => key === spoken.key)
    : keys.filter((key) => key.startsWith(spoken.begins) && key.endsWith(spoken.ends))
