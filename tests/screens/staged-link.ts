/**
 * Pictures of what a link does over days, without waiting days for it: the real host answers the real screens, and on the
 * way some figures of its answers are replaced.
 */
import type { Page, WebSocketRoute } from '@playwright/test'
import { z } from 'zod'
import type { Diary, LinkDetail } from '../../main/api/z-link-detail.ts'
import type { KioskStatus } from '../../main/api/z-status.ts'

export interface Staged {
  status?: Partial<Omit<KioskStatus, 'devices'>>
  detail?: Partial<LinkDetail>
  diary?: Diary
}

const zAsked = z.looseObject({ id: z.number(), params: z.looseObject({ path: z.string() }).optional() })
const zAnswer = z.looseObject({
  id: z.number(),
  result: z.looseObject({ type: z.literal('data'), data: z.looseObject({}) }),
})

/** To be called before the page is opened. @returns what changes the figures from now on */
export async function stageLink(page: Page): Promise<(staged: Staged) => void> {
  let staged: Staged = {}
  let told: { to: WebSocketRoute; text: string } | undefined
  const paths = new Map<number, string>()
  const replaced = (text: string): string => {
    const parsed = zAnswer.safeParse(jsonOf(text))
    if (!parsed.success) return text
    const { id, result } = parsed.data
    const data = dataFor(paths.get(id), result.data, staged)
    return JSON.stringify({ ...parsed.data, result: { ...result, data } })
  }
  await page.routeWebSocket(/\/api$/, (socket) => {
    const host = socket.connectToServer()
    socket.onMessage((text) => {
      for (const asked of [jsonOf(String(text))].flat()) {
        const { data } = zAsked.safeParse(asked)
        if (data?.params) paths.set(data.id, data.params.path)
      }
      host.send(text)
    })
    host.onMessage((text) => {
      const raw = String(text)
      const { data } = zAnswer.safeParse(jsonOf(raw))
      if (data && paths.get(data.id) === 'status.watch') told = { to: socket, text: raw }
      socket.send(replaced(raw))
    })
  })
  return (next) => {
    staged = next
    if (told) told.to.send(replaced(told.text))
  }
}

function dataFor(path: string | undefined, data: object, { status, detail, diary }: Staged): object {
  switch (path) {
    case 'status.watch':
      return { ...data, ...(status ?? {}), devices: 'devices' in data ? readyOnly(data.devices) : [] }
    case 'status.detail':
      return { ...data, ...(detail ?? {}) }
    case 'status.diary':
      return diary ?? data
    default:
      return data
  }
}

/** What is missing at this desk is not what these pictures are about. */
function readyOnly(devices: unknown): unknown[] {
  return (Array.isArray(devices) ? devices : []).filter(
    (one: unknown) => typeof one === 'object' && one !== null && 'state' in one && one.state === 'ready',
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
