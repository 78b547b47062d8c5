/** Fingerprints against the real libfprint: what a person sees of each thing that can go wrong, and that the next try works. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrolFinger, hand, openFingerWorld, whyNoFingers, type FingerWorld } from './finger-world.ts'

const tashi = { person: 1, finger: 1 }
const pema = { person: 2, finger: 1 }

describe.skipIf(whyNoFingers() !== undefined)('a scanner behind libfprint', () => {
  let world: FingerWorld
  let template: Uint8Array
  beforeAll(async () => {
    world = await openFingerWorld()
    await world.ready()
    template = await enrolFinger(world, tashi.person)
  })
  afterAll(() => world.close())

  const capture = async (finger: object) => {
    const { onProgress } = hand([() => world.place(finger)])
    return (await world.scanner.captureImage({ timeoutMs: 5_000, onProgress }))._unsafeUnwrap()
  }
  const verify = (acts: (() => Promise<unknown>)[] = [], timeoutMs = 10_000) => {
    const { seen, onProgress } = hand(acts)
    return { seen, verified: world.scanner.verify({ template, timeoutMs, onProgress }) }
  }
  const placing = (finger: object) => () => world.place({ ...finger, quality: 'good' })
  const fault = (name: string) => () => world.hand.post('/fault', { fault: name })
  const works = async () => {
    await world.ready()
    const { verified } = verify([placing({ ...tashi, impression: 77 })])
    expect((await verified)._unsafeUnwrap()).toMatchObject({ match: true })
  }

  it('is listed with its name and driver', () => {
    expect(world.scanner.device()).toMatchObject({
      kind: 'finger-verifier',
      state: 'ready',
      firmware: 'libfprint virtual_image',
    })
  })

  it('gives the picture as it lay there, its resolution, and minutiae', async () => {
    const image = await capture({ ...tashi, impression: 5, quality: 'good' })
    expect(image).toMatchObject({ width: 256, height: 320, dpi: 500 })
    expect(image.grey).toHaveLength(256 * 320)
    expect(image.minutiae).toBeGreaterThan(20)
    const sent = new Uint8Array(await (await fetch(`${world.hand.url}/picture.pgm`)).arrayBuffer())
    expect(Buffer.from(image.grey).equals(sent.subarray(-256 * 320))).toBe(true)
  })

  it('finds a good print better than a noisy one, and asks again at an empty glass', async () => {
    const good = await capture({ ...tashi, impression: 6, quality: 'good' })
    const noisy = await capture({ ...tashi, impression: 6, quality: 'noisy' })
    expect(good.quality.score).toBeGreaterThan(noisy.quality.score + 15)
    const { seen, onProgress } = hand([() => world.place({ ...tashi, quality: 'blank' })])
    const blank = await world.scanner.captureImage({ timeoutMs: 1_500, onProgress })
    expect(blank._unsafeUnwrapErr()).toBe('finger.unclear')
    expect(seen).toContainEqual({ kind: 'again', hint: 'finger.unclear' })
  })

  it.each([
    ['dry', 'finger.too-dry'],
    ['wet', 'finger.too-wet'],
    ['blurred', 'finger.unclear'],
    ['off-centre', 'finger.off-centre'],
  ])('says of a %s print what can be done: %s', async (quality, hint) => {
    const { quality: judged } = await capture({ ...tashi, impression: 7, quality })
    expect(judged.hints).toContain(hint)
    expect(judged.score).toBeLessThan(90)
  })

  it('knows the finger again and refuses another person’s and another finger', async () => {
    await works()
    for (const other of [pema, { person: 1, finger: 2 }]) {
      const { verified } = verify([placing({ ...other, impression: 78 })])
      expect((await verified)._unsafeUnwrap(), JSON.stringify(other)).toMatchObject({ match: false })
    }
  })

  it('tells while enrolling how far it is, and goes on after a press that it could not use', async () => {
    const presses = Array.from({ length: 8 }, (_, press) => placing({ ...tashi, impression: 1_100 + press }))
    const { seen, onProgress } = hand([fault('off-centre'), ...presses])
    const enrolled = await world.scanner.enrol({ timeoutMs: 20_000, onProgress })
    expect(enrolled._unsafeUnwrap().length).toBeGreaterThan(1_000)
    const stages = seen.filter((one) => one.kind === 'stage')
    expect(stages[0]).toEqual({ kind: 'stage', done: 0, of: 5, hint: 'finger.off-centre' })
    expect(stages.at(-1)).toEqual({ kind: 'stage', done: 5, of: 5 })
    await works()
  })

  it.each([
    ['unclear', 'finger.unclear'],
    ['too-short', 'finger.lifted-too-soon'],
    ['off-centre', 'finger.off-centre'],
    ['lift-first', 'finger.lift-first'],
  ])('%s: asks for the finger again, says %s, and takes the next press', async (name, hint) => {
    const { seen, verified } = verify([fault(name), placing({ ...tashi, impression: 79 })])
    expect((await verified)._unsafeUnwrap()).toMatchObject({ match: true })
    expect(seen).toContainEqual({ kind: 'again', hint })
  })

  it('a finger that goes before its picture was taken is asked for again', async () => {
    const { seen, verified } = verify([
      () => world.place({ ...tashi, impression: 80 }, { hold: true, picture: false }),
      placing({ ...tashi, impression: 80 }),
    ])
    await expect.poll(() => seen).toContainEqual({ kind: 'finger', status: 'present' })
    await world.hand.post('/lift')
    expect((await verified)._unsafeUnwrap()).toMatchObject({ match: true })
    expect(seen).toContainEqual({ kind: 'again', hint: 'finger.lifted-too-soon' })
  })

  it('waits for the finger to be lifted', async () => {
    const { seen, verified } = verify([() => world.place({ ...tashi, impression: 81 }, { hold: true })])
    await expect.poll(() => seen).toContainEqual({ kind: 'finger', status: 'present' })
    await world.hand.post('/lift')
    expect((await verified)._unsafeUnwrap()).toMatchObject({ match: true })
  })

  it('ends at its deadline when nobody places a finger', async () => {
    expect((await verify([], 300).verified)._unsafeUnwrapErr()).toBe('finger.timeout')
    expect((await world.scanner.captureImage({ timeoutMs: 300 }))._unsafeUnwrapErr()).toBe('finger.timeout')
    expect((await world.scanner.enrol({ timeoutMs: 300 }))._unsafeUnwrapErr()).toBe('finger.timeout')
    await works()
  })

  it('ends at its deadline when half of a picture comes and then nothing', async () => {
    const half = verify([fault('half-picture')], 1_000)
    expect((await half.verified)._unsafeUnwrapErr()).toBe('finger.timeout')
    await fault('hang-up')()
    await pause(200)
    await works()
  })

  it('can be cancelled, before and while it waits', async () => {
    const cancel = new AbortController()
    const running = world.scanner.verify({ template, timeoutMs: 20_000, signal: cancel.signal })
    await expect.poll(() => world.scanner.device().state).toBe('busy')
    cancel.abort()
    expect((await running)._unsafeUnwrapErr()).toBe('device.cancelled')
    const after = await world.scanner.captureImage({ timeoutMs: 5_000, signal: cancel.signal })
    expect(after._unsafeUnwrapErr()).toBe('device.cancelled')
    await works()
  })

  it('does one thing at a time', async () => {
    const cancel = new AbortController()
    const running = world.scanner.captureImage({ timeoutMs: 20_000, signal: cancel.signal })
    expect((await verify().verified)._unsafeUnwrapErr()).toBe('finger.busy')
    cancel.abort()
    await running
    await works()
  })

  it('an error of the device is told, and the scanner is opened again', async () => {
    const { verified } = verify([fault('device-error')])
    expect((await verified)._unsafeUnwrapErr()).toBe('finger.device-error')
    await works()
  })
})
