/** What people see of link and queue when they are in trouble: Today, one request, and the technician's page. */
import { expect, type Page } from '@playwright/test'
import { openQueueWorld } from '../e2e/queue-world.ts'
import { onScreen } from '../e2e/world.ts'
import { exampleDiary, linkStates } from './link-states.ts'
import { stageLink, type Staged } from './staged-link.ts'

type OwnName = 'English' | 'རྫོང་ཁ' | 'नेपाली'
/** Called with the page as it stands there. */
export type LookAt = (page: Page, name: string, whole?: boolean) => Promise<void>

const atTechnician = ['uploading', 'unauthorised', 'set-aside', 'stalled']
const alsoIn: [OwnName, string, string[]][] = [
  ['རྫོང་ཁ', 'dz', ['offline', 'limit-reached', 'set-aside']],
  ['नेपाली', 'ne', ['offline', 'limit-reached', 'set-aside']],
]

export async function linkTour(look: LookAt): Promise<void> {
  let stage: (staged: Staged) => void = () => undefined
  let refused = ''
  const world = await openQueueWorld({
    async work({ enrol }) {
      await enrol(2_880)
      refused = (await enrol(90))._id
      await enrol(5)
    },
    line: 'down',
    beforePage: async (page) => void (stage = await stageLink(page)),
  })
  const { page, line } = world
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const speak = (language: OwnName) =>
    page.getByRole('group').getByRole('button', { name: language, exact: true }).click()
  async function signIn(role: string): Promise<void> {
    const who = world.signIns.find((one) => one.role === role)
    await page.evaluate("location.hash = '#/staff'")
    await onScreen(page, 'staff-sign-in')
    await page.getByLabel('Your name').selectOption(who?.name ?? '')
    await page.getByLabel('Your PIN').fill(who?.pin ?? '')
    await press('Sign in')
  }
  try {
    line.refuse(refused)
    line.set('up')
    await signIn('officer')
    await onScreen(page, 'staff-today')
    for (const [name, staged] of Object.entries(linkStates)) {
      stage(staged)
      await look(page, `link-today-${name}`)
    }
    for (const [language, short, names] of alsoIn) {
      await speak(language)
      for (const name of names) {
        stage(linkStates[name] ?? {})
        await look(page, `link-today-${name}-${short}`)
      }
    }
    await speak('English')
    stage({})
    await press('Requests')
    await page.locator('[data-screen="staff-requests"] li button', { hasText: refused.slice(-6) }).click()
    await expect(page.getByText('did not take this request')).toBeVisible({ timeout: 30_000 })
    await look(page, 'link-request-refused')
    await press('Offer it again')
    await expect(page.getByText('The issuer refused it again')).toBeVisible()
    await look(page, 'link-request-offered-again')
    await speak('རྫོང་ཁ')
    await look(page, 'link-request-offered-again-dz')
    await speak('English')
    await press('Sign out')

    await signIn('technician')
    await onScreen(page, 'technician')
    for (const name of atTechnician) {
      stage({ ...linkStates[name], diary: exampleDiary() })
      await page.reload()
      await onScreen(page, 'technician')
      await press('Link and queue')
      await expect(page.locator('[data-lane]')).toHaveCount(3)
      await look(page, `link-technician-${name}`, true)
    }
  } finally {
    await world.end()
  }
}
