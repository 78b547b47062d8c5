/** Work whose steps a screen watches, as a subscription gives it: the steps as they come, and at the end what came of it. */

export type Told<Step, Value> = { kind: 'step'; step: Step } | { kind: 'end'; value: Value }

/** @param work tells its steps; a step that nobody has taken yet gives way to the next */
export async function* toldWhile<Step, Value>(
  work: (tell: (step: Step) => void) => Promise<Value>,
): AsyncGenerator<Told<Step, Value>> {
  let newest: Step | undefined
  let wake = Promise.withResolvers<undefined>()
  const end = work((step) => {
    newest = step
    wake.resolve(undefined)
  }).then((value) => ({ value }))
  for (;;) {
    const over = await Promise.race([end, wake.promise])
    if (newest !== undefined) {
      const step = newest
      newest = undefined
      yield { kind: 'step', step }
    }
    if (over) return yield { kind: 'end', value: over.value }
    wake = Promise.withResolvers<undefined>()
  }
}
