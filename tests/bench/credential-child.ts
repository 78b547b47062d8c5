/** One way of making credentials, in a process of its own: caches of the others cannot help it. Writes one line of JSON. */
import { calls } from './credential-calls.ts'

/** CPU time of all threads of this process, so what else the machine does is not counted. @returns ms */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const warmMs = 500

/** @returns ms of CPU a call, after enough calls for the compiler */
async function warm(work: () => Promise<unknown>): Promise<number> {
  let [calls, spent] = [0, 0]
  for (const least of [warmMs / 3, warmMs]) {
    ;[calls, spent] = [0, 0]
    while (spent < least) {
      spent += await cpuOf(async () => {
        for (let each = 0; each < 4; each += 1) await work()
      })
      calls += 4
    }
  }
  return spent / calls
}

const [name = ''] = process.argv.slice(2)
const made = await calls[name]?.()
if (!made) throw new Error(`no such calls: ${name}`)
let [issued, shown, good]: [unknown, unknown, boolean] = [undefined, undefined, false]
const cold = {
  issue: await cpuOf(async () => (issued = await made.issue())),
  derive: await cpuOf(async () => (shown = made.derive ? await made.derive(issued) : issued)),
  verify: await cpuOf(async () => (good = await made.verify(shown))),
}
if (!good) throw new Error(`${name} does not verify what it made`)
console.log(
  JSON.stringify({
    cold: made.derive ? cold : { issue: cold.issue, verify: cold.verify },
    warm: {
      issue: await warm(() => made.issue()),
      ...(made.derive && { derive: await warm(() => Promise.resolve(made.derive?.(issued))) }),
      verify: await warm(() => made.verify(shown)),
    },
  }),
)
