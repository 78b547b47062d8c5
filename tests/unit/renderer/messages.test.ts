/** The message files: every failure has its two texts, and no language fills other places than English does. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { zFailureCode } from '../../../main/api/failure.ts'

const zMessages = z.record(z.string(), z.object({ text: z.string().min(1), reviewed: z.boolean() }))
const folder = fileURLToPath(new URL('../../../renderer/lib/i18n/messages', import.meta.url))
const load = (language: string) =>
  Object.assign(
    {},
    ...readdirSync(join(folder, language)).map((file) =>
      zMessages.parse(JSON.parse(readFileSync(join(folder, language, file), 'utf8'))),
    ),
  ) as z.infer<typeof zMessages>
const english = load('en')
const placesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

describe('texts', () => {
  it.each(zFailureCode.options)('%s has a text for the citizen and one for the technician', (code) => {
    expect(english[`failure.${code}.citizen`]?.text).toMatch(/\.$/)
    expect(english[`failure.${code}.technician`]?.text).toMatch(/[.)]$/)
    expect(english[`failure.${code}.citizen`]?.text).not.toMatch(/\d{3}|error code/i)
  })
  it.each(['dz', 'ne'])('in %s say every failure and every screen of the citizen', (language) => {
    const there = load(language)
    const needed = Object.keys(english).filter(
      (key) => /^failure\..*\.citizen$/.test(key) || /^(citizen|common|phone)\./.test(key),
    )
    expect(needed.filter((key) => !there[key])).toEqual([])
  })
  it.each(['dz', 'ne'])('in %s have the places that English has, and no key of their own', (language) => {
    for (const [key, { text }] of Object.entries(load(language))) {
      expect(english[key], key).toBeDefined()
      expect(placesIn(text), key).toEqual(placesIn(english[key]?.text ?? ''))
    }
  })
})
