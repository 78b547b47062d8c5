/**
 * A stage between the real screens and the real host: single answers are held, refused or replaced on the way, so that each
 * screen can be seen in each state without minutes of waiting for it. What is not staged, the host answers.
 */
import type { Page, WebSocketRoute } from '@playwright/test'
import type { inferRouterOutputs } from '@trpc/server'
import { z } from 'zod'
import { retryHint, type FailureCode } from '../../main/api/failure.ts'
import type { FailureDetail } from '../../main/api/answer.ts'
import type { AppRouter } from '../../main/api/router.ts'
import type { KioskStatus } from '../../main/api/z-status.ts'

type Outputs = inferRouterOutputs<AppRouter>
type Room = keyof Outputs & string
/** `citizen.offer` and every other procedure of the contract */
export type Path = { [R in Room]: `${R}.${keyof Outputs[R] & string}` }[Room]
type OutputOf<P extends Path> = P extends `${infer R}.${infer M}`
  ? R extends keyof Outputs
    ? M extends keyof Outputs[R]
      ? Outputs[R][M]
      : never
    : never
  : never
/** what a subscription tells, one after the other */
type EventOf<P extends Path> = OutputOf<P> extends AsyncIterable<infer E> ? E : never
type ValueOf<P extends Path> = Extract<OutputOf<P>, { ok: true }> extends { value: infer V } ? V : never

type Staged =
  | { do: 'alter'; part: object }
  | { do: 'later'; make: () => unknown }
  | { do: 'hold' }
  | { do: 'say'; data: unknown }
  | { do: 'tell'; events: readonly unknown[] }

export interface Stage {
  /** the procedure gives this */
  give<P extends Path>(path: P, output: OutputOf<P>): void
  /** the procedure gives an `Answer` that holds this */
  answer<P extends Path>(path: P, value: ValueOf<P>): void
  /** the procedure is refused with that code */
  refuse(path: Path, code: FailureCode, detail?: FailureDetail): void
  /** some of what the host answers is replaced */
  alter<P extends Path>(path: P, part: Partial<OutputOf<P>>): void
  /** the procedure gives an `Answer` with this, but only once it is released */
  later<P extends Path>(path: P, value: () => ValueOf<P>): void
  /** what is to be given later is given now @returns how many calls that were */
  release(): number
  /** paths of the calls that wait for their release */
  waiting(): string[]
  /** nobody answers */
  hold(path: Path): void
  /** the subscription tells these and stays open */
  tell<P extends Path>(path: P, ...events: EventOf<P>[]): void
  /** the subscription that the page has now tells this */
  emit<P extends Path>(path: P, event: EventOf<P>): void
  /** the host has died, and does not come back */
  cut(): Promise<void>
  /** figures of the host's status, from now on and at once */
  status(figures: Partial<KioskStatus>): void
  /** the host answers everything again */
  clear(): void
  /** paths of what the page asked for since the last time, but what it watches, in order */
  asked(): string[]
}

const zAsked = z.looseObject({
  id: z.number(),
  method: z.enum(['query', 'mutation', 'subscription', 'subscription.stop']).optional(),
  params: z.looseObject({ path: z.string() }).optional(),
})
const zStatus = z.looseObject({
  id: z.number(),
  result: z.looseObject({ type: z.literal('data'), data: z.looseObject({}) }),
})

/** To be called before the page is opened. */
export async function openStage(page: Page): Promise<Stage> {
  const staged = new Map<string, Staged>()
  let figures: Partial<KioskStatus> = {}
  let asked: string[] = []
  let told: { to: WebSocketRoute; text: string } | undefined
  let dead = false
  const open = new Set<WebSocketRoute>()
  const live = new Map<string, (event: unknown) => void>()
  const watching = new Set<number>()
  const altered = new Map<number, object>()
  let waiting: { path: string; give: () => void }[] = []
  const withFigures = (text: string): string => {
    const { data } = zStatus.safeParse(jsonOf(text))
    if (!data) return text
    return JSON.stringify({
      ...data,
      result: { ...data.result, data: { ...data.result.data, ...figures } },
    })
  }
  const set = (path: Path, what: Staged) => void staged.set(path, what)

  await page.routeWebSocket(/\/api(\?|$)/, (socket) => {
    if (dead) return void socket.close()
    open.add(socket)
    const host = socket.connectToServer()
    const say = (id: number, result: object) => socket.send(JSON.stringify({ id, result }))
    /** @returns whether the host hears of it */
    const passes = (message: unknown): boolean => {
      const { data } = zAsked.safeParse(message)
      const path = data?.params?.path
      if (!data || path === undefined) return true
      if (data.method !== 'subscription') asked.push(path)
      if (path === 'status.watch') watching.add(data.id)
      if (data.method === 'subscription')
        live.set(path, (event) => say(data.id, { type: 'data', data: event }))
      const what = staged.get(path)
      if (what?.do === 'alter') altered.set(data.id, what.part)
      if (!what || what.do === 'alter') return true
      if (data.method === 'subscription') say(data.id, { type: 'started' })
      if (what.do === 'later')
        waiting.push({
          path,
          give: () => say(data.id, { type: 'data', data: { ok: true, value: what.make() } }),
        })
      if (what.do === 'say') say(data.id, { type: 'data', data: what.data })
      if (what.do === 'tell') for (const event of what.events) say(data.id, { type: 'data', data: event })
      return false
    }
    socket.onMessage((text) => {
      const parsed = jsonOf(String(text))
      if (parsed === undefined) return host.send(text)
      const rest = [parsed].flat().filter(passes)
      if (rest.length > 0) host.send(JSON.stringify(rest.length === 1 ? rest[0] : rest))
    })
    host.onMessage((raw) => {
      const text = String(raw)
      const { data } = zStatus.safeParse(jsonOf(text))
      const part = data && altered.get(data.id)
      if (data && part) return say(data.id, { type: 'data', data: { ...data.result.data, ...part } })
      if (!data || !watching.has(data.id)) return socket.send(raw)
      told = { to: socket, text }
      socket.send(withFigures(text))
    })
  })
  const tellFigures = () => told?.to.send(withFigures(told.text))
  return {
    give: (path, data) => set(path, { do: 'say', data }),
    answer: (path, value) => set(path, { do: 'say', data: { ok: true, value } }),
    refuse: (path, code, detail) =>
      set(path, {
        do: 'say',
        data: { ok: false, code, retry: retryHint(code), ...(detail && { detail }) },
      }),
    alter: (path, part) => set(path, { do: 'alter', part: { ...part } }),
    later: (path, make) => set(path, { do: 'later', make }),
    release() {
      const now = waiting
      waiting = []
      for (const { give } of now) give()
      return now.length
    },
    waiting: () => waiting.map(({ path }) => path),
    hold: (path) => set(path, { do: 'hold' }),
    tell: (path, ...events) => set(path, { do: 'tell', events }),
    emit: (path, event) => live.get(path)?.(event),
    async cut() {
      dead = true
      await Promise.all([...open].map((socket) => socket.close()))
    },
    status(next) {
      figures = next
      tellFigures()
    },
    clear() {
      staged.clear()
      figures = {}
      tellFigures()
    },
    asked() {
      const before = asked
      asked = []
      return before
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
