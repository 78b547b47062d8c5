import { expect, it } from 'vitest'
import { obtainElectron } from '../../../main/shell/launcher/obtain-electron.ts'

function world({ before = false, after = false, code = 0 as number | 'late' }) {
  const said: string[] = []
  let installs = 0
  const run = obtainElectron({
    find: () => (before || (installs > 0 && after) ? '/electron' : undefined),
    install: () => {
      installs += 1
      return Promise.resolve(code === 'late' ? undefined : code)
    },
    say: (text) => said.push(text),
  })
  return run.then((found) => ({ found, installs, said: said.join(' ') }))
}

it('takes the program that is there, without a word', async () => {
  expect(await world({ before: true })).toEqual({ found: '/electron', installs: 0, said: '' })
})
it('asks for it once, and takes what came', async () => {
  expect(await world({ after: true })).toMatchObject({ found: '/electron', installs: 1 })
})
it.each([
  ['the installer failed', { code: 1 }],
  ['it took too long', { code: 'late' as const, after: true }],
  ['it said yes and brought nothing', { code: 0 }],
])('says that the browser shell is used when %s', async (_why, given) => {
  const { found, said } = await world(given)
  expect(found).toBeUndefined()
  expect(said).toContain('browser shell')
})
