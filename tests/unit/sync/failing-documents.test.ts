import { expect, test } from 'vitest'
import { FailingDocuments } from '../../../sync/failing-documents.ts'

function failing() {
  const clock = { ms: 0 }
  return { clock, documents: new FailingDocuments(() => clock.ms) }
}

test('one failure beside others, or two, set nothing aside', () => {
  const { documents } = failing()
  expect([documents.failed('a'), documents.failed('a')]).toEqual([false, false])
  expect(documents.failed('a')).toBe(true)
})

test('what was heard in between begins anew', () => {
  const { documents } = failing()
  documents.failed('a')
  documents.failed('a')
  documents.heard('a')
  expect(documents.failed('a')).toBe(false)
})

test('it is offered again after 5 s, then twice as long each time, at most after an hour', () => {
  const { documents, clock } = failing()
  documents.failed('a')
  documents.failed('a')
  const pauses = Array.from({ length: 12 }, () => {
    documents.failed('a')
    const from = clock.ms
    while (!documents.isDue('a')) clock.ms += 1_000
    return (clock.ms - from) / 1_000
  })
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600])
})

test('what an earlier run of the program set aside is offered at once', () => {
  expect(failing().documents.isDue('a')).toBe(true)
})
