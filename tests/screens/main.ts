/** `npm run screens`: pictures of the doors as they are, at two sizes, into docs/screens/. */
import { mkdirSync } from 'node:fs'
import { openWorld, onScreen } from '../e2e/world.ts'

const sizes = [
  { width: 1366, height: 768 },
  { width: 1080, height: 1920 },
]
mkdirSync('docs/screens', { recursive: true })
const world = await openWorld(sizes[0])
const { page } = world

async function picture(name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await page.waitForTimeout(200)
    await page.screenshot({ path: `docs/screens/${name}-${size.width}x${size.height}.png` })
  }
}
await onScreen(page, 'citizen-welcome')
await page.waitForTimeout(1_500)
await picture('citizen-welcome')
await page.getByRole('button', { name: 'རྫོང་ཁ' }).click()
await onScreen(page, 'citizen-choose')
await picture('citizen-choose-dz')
await page.evaluate("location.hash = '#/staff'")
await onScreen(page, 'staff-sign-in')
await picture('staff-sign-in')
await world.end()
process.exit(0)
