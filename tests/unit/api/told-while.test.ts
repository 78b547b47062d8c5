import { expect, it } from 'vitest'
import { toldWhile } from '../../../main/api/told-while.ts'

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of stream) all.push(one)
  return all
}

it('tells each step as it comes, and at the end what came of it', async () => {
  const told = await collect(
    toldWhile(async (tell: (step: number) => void) => {
      for (const step of [1, 2, 3]) {
        tell(step)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
      return 'done'
    }),
  )
  expect(told).toEqual([...[1, 2, 3].map((step) => ({ kind: 'step', step })), { kind: 'end', value: 'done' }])
})

it('leaves out what was overtaken, and never the last', async () => {
  const told = await collect(
    toldWhile(async (tell: (step: number) => void) => {
      for (const step of [1, 2, 3]) tell(step)
      return 'done'
    }),
  )
  expect(told).toEqual([
    { kind: 'step', step: 3 },
    { kind: 'end', value: 'done' },
  ])
})

it('hands on what the work throws', async () => {
  await expect(collect(toldWhile(() => Promise.reject(new Error('bug'))))).rejects.toThrow('bug')
})
