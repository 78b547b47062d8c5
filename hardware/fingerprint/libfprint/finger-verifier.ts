/** A scanner behind libfprint, as the kiosk uses it: one operation at a time, each with an end. */
import { setTimeout as pause } from 'node:timers/promises'
import { err, ok, type Result } from 'neverthrow'
import type { FingerImage, FingerQuality, FingerVerifierPort } from '../../ports.ts'
import type { DriverDevice, DeviceFault } from '../../z-device.ts'
import { asksAgain, faultOfTrouble } from './fault-of-trouble.ts'
import {
  createFphelperClient,
  type Ended,
  type FphelperClient,
  type FphelperOptions,
  type OperationTrouble,
} from './fphelper-client.ts'
import { createUses } from '../../uses.ts'
import { judgeImage } from './quality.ts'
import { readTemplateHeader } from './template-header.ts'
import type { Operation, Picture } from './z-fphelper.ts'

const kind = 'finger-verifier'
/** What libfprint itself counts with where a driver says nothing. */
const usualDpi = 500
/** Between two presses, so that a driver that refuses at once does not keep the machine busy. */
const pauseMs = 150

type Options = Parameters<FingerVerifierPort['captureImage']>[0]

/** Opens the scanner. @returns at once; a scanner that is not there is told by the state */
export function openFingerVerifier(options: FphelperOptions = {}): FingerVerifierPort {
  const helper = createFphelperClient(options)
  const uses = createUses(kind)
  const listeners = new Set<(device: DriverDevice) => void>()
  let state = deviceOf(helper)
  const stop = helper.onChange(() => {
    const next = deviceOf(helper)
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of [...listeners]) listener(next)
  })

  /** Runs it, and once more as long as the scanner asks for the finger again and there is time. */
  async function run(operation: Operation, { timeoutMs, signal, onProgress }: Options): Promise<Ended> {
    const until = performance.now() + timeoutMs
    let again: OperationTrouble | undefined
    for (;;) {
      const ended = await helper.run(operation, {
        timeoutMs: Math.max(0, until - performance.now()),
        ...(signal && { signal }),
        onProgress: (progress) => {
          if (progress.kind === 'finger') return onProgress?.({ kind: 'finger', status: progress.status })
          const { done, of, trouble, picture } = progress
          const hint = trouble ? faultOfTrouble(trouble) : picture && qualityOf(picture)?.hints[0]
          onProgress?.({ kind: 'stage', done, of, ...(hint && { hint }) })
        },
      })
      // The last word is what the person can mend, not that the time was over.
      if (ended.kind === 'failed' && isOver(ended.trouble) && again) return { ...ended, trouble: again }
      if (ended.kind !== 'failed' && 'name' in state) uses.told(state)
      if (ended.kind !== 'failed' || !asksAgain(ended.trouble)) return ended
      again = ended.trouble
      onProgress?.({ kind: 'again', hint: faultOfTrouble(ended.trouble) })
      await pause(pauseMs)
    }
  }

  return {
    device: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onUse: uses.onUse,
    async captureImage(asked) {
      const ended = await run({ do: 'capture' }, asked)
      return ended.kind === 'image' ? imageOf(ended) : err(faultIn(ended))
    },
    async enrol(asked) {
      const ended = await run({ do: 'enrol' }, asked)
      if (ended.kind !== 'enrolled') return err(faultIn(ended))
      const template = Buffer.from(ended.template, 'base64')
      return readTemplateHeader(template)
        .map(() => new Uint8Array(template))
        .mapErr(faultOfTrouble)
    },
    async verify({ template, ...asked }) {
      const header = readTemplateHeader(template)
      if (header.isErr()) return err(faultOfTrouble(header.error))
      const ended = await run({ do: 'verify', template }, asked)
      if (ended.kind !== 'verified') return err(faultIn(ended))
      const quality = ended.picture && qualityOf(ended.picture)
      return ok({ match: ended.match, ...(quality && { quality }) })
    },
    close() {
      stop()
      listeners.clear()
      helper.close()
      return Promise.resolve()
    },
  }
}

/** An answer of another kind than was asked for is a helper that cannot be believed. */
function faultIn(ended: Ended): DeviceFault {
  return ended.kind === 'failed' ? faultOfTrouble(ended.trouble) : 'finger.bad-answer'
}

const isOver = (trouble: OperationTrouble) => trouble === 'timeout' || trouble === 'no-picture'

/** @returns how good a press was; undefined where the picture is not what its head says */
function qualityOf(picture: Picture): FingerQuality | undefined {
  return imageOf(picture)
    .map(({ quality }) => quality)
    .unwrapOr(undefined)
}

function imageOf(ended: Picture): Result<FingerImage, DeviceFault> {
  const grey = new Uint8Array(Buffer.from(ended.grey, 'base64'))
  const { width, height, minutiae } = ended
  const dpi = ended.dpi || usualDpi
  if (grey.length !== width * height) return err('finger.bad-answer')
  return ok({
    width,
    height,
    dpi,
    grey,
    minutiae,
    quality: judgeImage({ width, height, dpi, grey, minutiae }),
  })
}

function deviceOf(helper: FphelperClient): DriverDevice {
  const told = helper.state()
  switch (told.state) {
    case 'missing':
      return { kind, state: 'absent', cause: 'finger.service-missing' }
    case 'stopped':
      return { kind, state: 'absent', cause: 'device.driver-stopped' }
    case 'starting':
      return { kind, state: 'starting' }
    case 'up': {
      const open = told.scanners.find((one) => one.open)
      if (open)
        return helper.busy()
          ? { kind, state: 'busy', name: open.name }
          : { kind, state: 'ready', name: open.name, firmware: `libfprint ${open.driver}` }
      const [first] = told.scanners
      if (!first) return { kind, state: 'absent', cause: 'finger.no-device' }
      if (!told.scanners.some(({ suitable }) => suitable))
        return { kind, state: 'needs-attention', name: first.name, cause: 'finger.unsuitable' }
      const cause = faultOfTrouble(told.trouble ?? 'device')
      return { kind, state: 'needs-attention', name: first.name, cause }
    }
  }
}
