/** The table that the pictures are taken by names every screen that there is, and each state that a screen can show. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { zEnrolmentStep } from '../../../main/api/z-enrolment.ts'
import { allPictures, screenTable } from '../../screens/screen-table.ts'

/** Questions that stand over a screen, and so have no `data-screen` of their own. */
const dialogs = ['citizen-idle']
const expanded: Record<string, readonly string[]> = {
  'staff-enrol-{draft.step}': zEnrolmentStep.options.map((step) => `staff-enrol-${step}`),
  'staff-stick-{at}': ['staff-stick-write', 'staff-stick-read'],
}

const files = globSync('renderer/{citizen,staff,technician,lib}/**/*.svelte').map((path) => ({
  path,
  code: readFileSync(path, 'utf8'),
}))
const screensIn = (code: string): string[] =>
  [...code.matchAll(/\b(?:name|data-screen)="((?:citizen|staff|technician|desk)(?:-[^"]*)?)"/g)].flatMap(
    ([, name = '']) => expanded[name] ?? [name],
  )
const named = files.flatMap(({ code }) => screensIn(code))
const table = Object.values(screenTable).flatMap((door) => Object.entries(door))

describe('the table of screens', () => {
  it('names every screen, and none that is gone', () => {
    expect([...new Set(named), ...dialogs].toSorted()).toEqual(table.map(([screen]) => screen).toSorted())
  })

  it('has a picture of each screen that can wait or fail as it waits and as it fails', () => {
    const states = new Map(table)
    const lacking = files.flatMap(({ code }) =>
      screensIn(code).flatMap((screen) => {
        const of = states.get(screen)
        // What one file does for several screens, such as the steps of an enrolment, is told by their own parts.
        if (!of || screensIn(code).length > 1) return []
        const waits = /\bwaiting=|<Working\b/.test(code) && !of.working
        const fails = /\{failed\}|\bfailed=|<Notice\b/.test(code) && !of.failed
        return [...(waits ? [`${screen}: working`] : []), ...(fails ? [`${screen}: failed`] : [])]
      }),
    )
    expect(lacking).toEqual([])
  })

  it('calls no two pictures alike', () => {
    const names = allPictures().map(({ name }) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })
})
