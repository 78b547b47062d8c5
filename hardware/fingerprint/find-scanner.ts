/** Looks for scanners on all SBI ports at once, the last known one first. */
import type { DeviceFault } from '../z-device.ts'
import { askService, type Asked, type AskOptions, type Scanner } from './ask-service.ts'
import { isListening } from './listening-ports.ts'

/** @returns a scanner that is ours to use, one that is ready before others, or the most telling reason why there is none */
export async function findScanner(options: AskOptions): Promise<Asked> {
  const { known } = options
  if (known) {
    const again = await askService(known.port, options)
    if ('found' in again) return again
  }
  const asked = askAll(options)
  return (await firstReady(asked)) ?? best(await Promise.all(asked))
}

/** Every scanner that answers and is ours to use, lowest port first; of those that are `known` only the state is asked. */
export async function findAllScanners(
  options: AskOptions,
  known: readonly Scanner[] = [],
): Promise<Scanner[]> {
  const asked = await Promise.all(askAll(options, known))
  return asked.flatMap((one) => ('found' in one ? [one.found] : []))
}

/** Each service is asked as soon as it is known to be there. */
function askAll(options: AskOptions, known: readonly Scanner[] = []): Promise<Asked>[] {
  const { from, to } = options.ports
  return Array.from({ length: to - from + 1 }, async (_, index): Promise<Asked> => {
    const port = from + index
    const before = known.find((one) => one.port === port) ?? options.known
    return (await isListening(port))
      ? askService(port, { ...options, known: before })
      : { fault: 'finger.no-device' }
  })
}

/** Does not wait for a service that hangs while another one is ready. */
function firstReady(asked: readonly Promise<Asked>[]): Promise<Asked | undefined> {
  const ready = asked.map(async (one) => {
    const answer = await one
    if ('found' in answer && answer.found.status === 'Ready') return answer
    throw new Error('not this one')
  })
  return Promise.any(ready).catch(() => undefined)
}

function best(asked: readonly Asked[]): Asked {
  const found = asked.find((one) => 'found' in one)
  if (found) return found
  const faults = asked.flatMap((one) => ('fault' in one ? [one.fault] : []))
  const silent: DeviceFault = 'finger.no-device'
  return { fault: faults.find((fault) => fault !== silent) ?? silent }
}
