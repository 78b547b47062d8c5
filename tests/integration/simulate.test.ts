/** `npm run simulate`: the list is true of the simulators, and one of them runs by its name. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { simulators } from '../../scripts/simulate/simulators.ts'

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const program = here('scripts/simulate/main.ts')
const folder = here('hardware/simulators')
const known = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

test('the list names every simulator', () => {
  const { simulators: listed } = z
    .object({ simulators: z.array(z.object({ name: z.string() })) })
    .parse(JSON.parse(execFileSync(process.execPath, [program, '--list', '--json'], { encoding: 'utf8' })))
  expect(listed.map(({ name }) => name).sort()).toEqual(known.sort())
  const text = execFileSync(process.execPath, [program, '--list'], { encoding: 'utf8' })
  for (const name of known) expect(text).toContain(`npm run simulate -- ${name}`)
})

test.each(simulators)('$name takes the commands that are listed, and no others', ({ name, commands }) => {
  const source = readFileSync(`${folder}/${name}/main.ts`, 'utf8')
  const taken = [...source.matchAll(/'((?:GET|POST) \/[\w.-]+)'/g)].map(([, call]) => call)
  expect([...commands].sort()).toEqual([...new Set(taken)].sort())
})

test('a simulator runs by its name, takes a fault, and ends with the command', async () => {
  const child = spawn(process.execPath, [program, 'sbi', '--from', '4521', '--to', '4540'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', () => reject(new Error('It ended before it was ready')))
  })
  const { url } = z.object({ url: z.url() }).parse(JSON.parse(line))
  const answer = await fetch(`${url}/fault`, { method: 'POST', body: JSON.stringify({ fault: 'busy' }) })
  expect(await answer.json()).toMatchObject({ fault: 'busy' })
  child.kill('SIGTERM')
  await ended
  await expect(fetch(`${url}/state`)).rejects.toThrow()
})

test('a name that is none is refused with the names that are', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'toaster'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain('sbi')
})
