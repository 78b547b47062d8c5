/**
 * N-Quads of documents whose shape is known beforehand, without a JSON-LD processor.
 *
 * The JSON-LD library is asked once for the canonical N-Quads (RDFC-1.0) of a sample in which every value is a slot; what
 * it answers is the template, and after that only values are filled in. This is sound for documents with exactly one blank
 * node, which RDFC-1.0 always calls `c14n0`, and for values that N-Quads write as they are: everything else is for the
 * library (`isPlainText`, `isPlainIri`).
 */
import { canonicalize } from '@digitalbazaar/di-sd-primitives'
import type { DocumentLoader } from '@digitalbazaar/vc'

/** Text between slots at even places, names of slots at odd ones. */
export type QuadTemplate = readonly string[]

/** A value of a sample: it stands where the value of that name will. Valid as text and as an IRI. @param name A–Z a–z 0–9 */
export const slot = (name: string) => `slot:${name}:`
const slots = /slot:([A-Za-z0-9]+):/

/** The slot of the one blank node. */
export const root = 'root'

/** @param sample a document with the values `slot(…)` and no `id` of its own @returns one template a quad */
export async function learnTemplates(
  sample: object,
  documentLoader: DocumentLoader,
): Promise<readonly QuadTemplate[]> {
  const text = await canonicalize(sample, { documentLoader })
  const lines = text.split('\n').slice(0, -1)
  if (lines.some((line) => /_:c14n[^0]/.test(line))) throw new TypeError('more than one blank node')
  return lines.map((line) => `${line.replaceAll('_:c14n0 ', `_:${slot(root)} `)}\n`.split(slots))
}

/** @throws if a value is missing */
export function fillTemplate(template: QuadTemplate, values: Readonly<Record<string, string>>): string {
  let line = ''
  for (const [at, part] of template.entries()) {
    const text = at % 2 === 0 ? part : values[part]
    if (text === undefined) throw new TypeError(`no value for ${part}`)
    line += text
  }
  return line
}

export const slotsOf = (template: QuadTemplate) => template.filter((_, at) => at % 2 === 1)

/**
 * Whether it stands in a quad as it is. No control or format characters and nothing that is escaped; no `_:` and
 * `urn:bnid:` either, which the library's relabelling would take for a blank node's name.
 */
export function isPlainText(value: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(value) && !/["\\]|_:|urn:bnid:|slot:/.test(value)
}

/** An absolute IRI that no step of JSON-LD would write otherwise. */
export function isPlainIri(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[A-Za-z0-9:/.#?=&_-]+$/.test(value) && !/_:|urn:bnid:|slot:/.test(value)
}
