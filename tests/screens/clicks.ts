/** `npm run clicks`: counts what a hand does in a whole enrolment of a prepared citizen, and writes docs/enrolment-clicks.md. */
import { writeFileSync } from 'node:fs'
import { beginCounting, clicksTable, countedIn } from '../e2e/enrolment-clicks.ts'
import { enrolThroughScreens, signInAs } from '../e2e/staff-enrols.ts'
import { openWorld } from '../e2e/world.ts'

const nothing = () => Promise.resolve()
const world = await openWorld()
try {
  await signInAs(world, 'officer', nothing)
  await beginCounting(world.page)
  await enrolThroughScreens(world, nothing)
  const table = clicksTable(await countedIn(world.page))
  writeFileSync(
    'docs/enrolment-clicks.md',
    [
      '# What a hand does in an enrolment',
      '',
      'From "Enrol a citizen" to the slip, of a citizen with an office card, all fingers and nothing to correct.',
      'Counted in the page by real events (`npm run clicks` writes this file anew).',
      '',
      table,
      '',
      'What was taken away: pressing to read a card that lies there (it is read when it is laid down, once), and pressing for',
      'the second and the third hand (they follow by themselves after 1.5 s, unless somebody marks a finger or stops). Each',
      'press that is left is a decision of a person: that the details are right, that the picture is good, that the citizen',
      'agrees, the signature.',
      '',
    ].join('\n'),
  )
  process.stdout.write(`${table}\n`)
} finally {
  await world.end()
}
process.exit(0)
