/**
 * One attached device inside the HID process, from its opening to its end. The library is asked asynchronously, so that
 * a device that does not answer holds up nothing but itself; the thread that waits for it ends with the process.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HIDAsync } from 'node-hid'
import { cardOfReport } from './card-report.ts'
import { createCodeAssembly } from './code-assembly.ts'
import type { HidState, IdentifyTrouble } from './z-hid.ts'
import type { Profile, Signal } from './z-profile.ts'

export type Yielded = { kind: 'card-uid'; uid: string } | { kind: 'code'; text: string; symbology?: string }

export interface OpenDevice {
  state(): HidState
  identify(): Promise<IdentifyTrouble | undefined>
  /** Lets it go; what it sends from now on is not heard. */
  close(): void
}

interface Parts {
  profile: Profile
  open: () => Promise<HIDAsync>
  now: () => number
  /** called when the state has changed */
  onState: () => void
  onYield: (yielded: Yielded) => void
  /** whether it is still plugged in; looked up afresh */
  isThere: () => Promise<boolean>
  deadlineMs?: number
}

/** So many reports in a row that make no sense are no accident: the profile does not fit, or the device is broken. */
const unusableInARow = 20

/** Within this time the system has taken an unplugged device off its list, ms. */
const goneMs = 150

class Silent extends Error {}

export function openDevice({
  profile,
  open,
  now,
  onState,
  onYield,
  isThere,
  deadlineMs = 3_000,
}: Parts): OpenDevice {
  let state: HidState = 'opening'
  let device: HIDAsync | undefined
  let closed = false
  let unusable = 0
  let polling: NodeJS.Timeout | undefined

  function become(next: HidState): void {
    if (state === next || closed) return
    state = next
    onState()
  }

  /** A device that was unplugged fails first and is missing a moment later: that is told as what it is. */
  async function fail(): Promise<void> {
    await sleep(goneMs)
    if (!closed && (await isThere().catch(() => true))) become('failed')
  }

  /** @throws Silent - when the device does not answer in time */
  async function within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Silent()), deadlineMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
    }
  }

  async function send(hid: HIDAsync, { as, bytes }: Signal): Promise<void> {
    const data = Buffer.from(bytes)
    await within(as === 'output' ? hid.write(data) : hid.sendFeatureReport(data))
  }

  function judge(isUsable: boolean): void {
    unusable = isUsable ? 0 : unusable + 1
    if (isUsable) become('open')
    else if (unusable >= unusableInARow) become('unfit')
  }

  function hear(): (report: Uint8Array) => void {
    if (profile.yields === 'code') {
      const assemble = createCodeAssembly(profile.layout)
      return (report) => {
        const assembled = assemble(report, now())
        judge(assembled.state !== 'unusable')
        if (assembled.state === 'whole') onYield({ kind: 'code', ...assembled.code })
      }
    }
    let lying: string | undefined
    return (report) => {
      const card = cardOfReport(profile.layout, report)
      judge(card.isOk())
      if (card.isErr()) return
      // A reader that is asked says the same card again and again; one that speaks by itself says each touch once.
      if (card.value && (!profile.poll || card.value !== lying))
        onYield({ kind: 'card-uid', uid: card.value })
      lying = card.value
    }
  }

  function keepAsking(hid: HIDAsync, listen: (report: Uint8Array) => void): void {
    if (profile.yields !== 'card-uid' || !profile.poll) return
    const { ask, answer, everyMs } = profile.poll
    const round = async () => {
      try {
        if (ask) await within(hid.sendFeatureReport(Buffer.from(ask)))
        const report = await within(hid.getFeatureReport(answer.report, answer.bytes))
        if (closed) return
        listen(report)
        polling = setTimeout(() => void round(), everyMs)
      } catch (error) {
        const state = stateOf(error)
        if (state === 'failed') void fail()
        else become(state)
      }
    }
    void round()
  }

  async function start(): Promise<void> {
    const opening = open()
    try {
      const hid = await within(opening)
      device = hid
      if (closed) return void hid.close().catch(() => undefined)
      hid.on('error', () => void fail())
      for (const signal of profile.setUp) await send(hid, signal)
      if (closed) return
      const listen = hear()
      const isAsked = profile.yields === 'card-uid' && profile.poll !== undefined
      become('open')
      if (isAsked) keepAsking(hid, listen)
      else hid.on('data', (report: Buffer) => !closed && listen(report))
    } catch (error) {
      become(stateOf(error))
    }
  }
  void start()

  return {
    state: () => state,
    async identify() {
      if (!profile.identify) return 'cannot'
      if (!device) return 'failed'
      try {
        await send(device, profile.identify)
        return undefined
      } catch (error) {
        if (!(error instanceof Silent)) return 'failed'
        become('silent')
        return 'silent'
      }
    },
    close() {
      closed = true
      clearTimeout(polling)
      // To close a device that does not answer would wait for it.
      if (state !== 'silent') void device?.close().catch(() => undefined)
    },
  }
}

/** The library's errors carry the system's own words and no code. */
function stateOf(error: unknown): HidState {
  if (error instanceof Silent) return 'silent'
  return /permission denied|access is denied|operation not permitted/i.test(String(error))
    ? 'denied'
    : 'failed'
}
