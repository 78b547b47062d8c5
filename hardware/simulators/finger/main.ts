/** The simulated finger behind libfprint's virtual image device: a sensor, and a control port to play the hand. */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { attachImageDevice, head } from './image-device.ts'
import { press, qualities } from './impression.ts'
import { seeded } from './random.ts'
import { growFinger, size, type MasterFinger } from './master-finger.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, socket: { type: 'string' }, parent: { type: 'string' } },
})
if (!values.socket) throw new Error('--socket is missing: the path in FP_VIRTUAL_IMAGE')

const zFinger = z.object({
  person: z.number().int().min(0).max(100_000).default(1),
  finger: z.number().int().min(0).max(9).default(1),
  impression: z.number().int().min(0).max(1_000_000).default(1),
  quality: z.enum(qualities).default('good'),
})
const zPlace = z
  .object({
    /** stays until POST /lift; otherwise the finger goes by itself once its picture is taken */
    hold: z.boolean().default(false),
    /** false: the finger lies there, but no picture of it comes */
    picture: z.boolean().default(true),
  })
  .prefault({})
const zPicture = z.object({
  width: z.number().int().min(1).max(2_000),
  height: z.number().int().min(1).max(2_000),
  grain: z.number().min(0).max(255),
})
const retries = ['unclear', 'too-short', 'off-centre', 'lift-first'] as const
const zFault = z.object({
  fault: z.enum([
    ...retries,
    'device-error',
    'vanish',
    'half-picture',
    'absurd-size',
    'thin-picture',
    'hang-up',
  ]),
})

const device = attachImageDevice(values.socket)
const grown = new Map<string, MasterFinger>()
let chosen = zFinger.parse({})
let lies: 'no' | 'without-picture' | 'seen' = 'no'

function picture(): Uint8Array {
  const name = `${chosen.person}/${chosen.finger}`
  const finger = grown.get(name) ?? growFinger(chosen.person, chosen.finger)
  grown.set(name, finger)
  return press(finger, chosen.impression, chosen.quality)
}
const shown = () => ({ ...chosen, lies, connected: device.connected(), socket: values.socket })
const finger = (there: boolean) => ({ order: 'finger', argument: there ? 1 : 0 }) as const
const automatic = (on: boolean) => ({ order: 'automatic', argument: on ? 1 : 0 }) as const

const control = await startControlServer(Number(values.port), {
  'GET /state': shown,
  'GET /picture.pgm': () => ({
    type: 'image/x-portable-graymap',
    bytes: Buffer.concat([Buffer.from(`P5 ${size.width} ${size.height} 255\n`), picture()]),
  }),
  'POST /finger': (body) => {
    chosen = zFinger.parse({ ...chosen, ...zFinger.partial().parse(body) })
    return shown()
  },
  'POST /place': async (body) => {
    const { hold, picture: withPicture } = zPlace.parse(body)
    const image = { image: picture(), ...size }
    if (!hold && withPicture) await device.send(automatic(true), image)
    else await device.send(automatic(false), finger(true), ...(withPicture ? [image] : []))
    lies = !hold && withPicture ? 'no' : withPicture ? 'seen' : 'without-picture'
    return shown()
  },
  /** a picture of no finger: grains of any size */
  'POST /picture': async (body) => {
    const { width, height, grain } = zPicture.parse(body)
    const random = seeded(width * 1_000 + height)
    const image = Uint8Array.from({ length: width * height }, () => 128 + (random() - 0.5) * grain)
    await device.send(automatic(true), { image, width, height })
    return shown()
  },
  'POST /lift': async () => {
    // A finger that goes before its picture was taken is what the sensor calls too short.
    if (lies === 'without-picture')
      await device.send({ order: 'retry', argument: retries.indexOf('too-short') })
    await device.send(finger(false), automatic(true))
    lies = 'no'
    return shown()
  },
  'POST /fault': async (body) => {
    await play(zFault.parse(body).fault)
    return shown()
  },
})

async function play(fault: z.infer<typeof zFault>['fault']): Promise<void> {
  switch (fault) {
    case 'device-error':
      return device.send({ order: 'error', argument: 0 })
    case 'vanish':
      return device.send({ order: 'vanish', argument: 0 })
    case 'half-picture':
      return device.sendRaw(Buffer.concat([head(size.width, size.height), Buffer.alloc(1_000, 128)]))
    case 'absurd-size':
      return device.sendRaw(head(1_000_000, 1_000_000))
    case 'thin-picture':
      return device.send({ image: Buffer.alloc(3 * 5_000, 128), width: 3, height: 5_000 })
    case 'hang-up':
      return device.hangUp()
    default:
      if (!device.connected()) throw new BadCall('No program has opened the scanner')
      return device.send(finger(true), { order: 'retry', argument: retries.indexOf(fault) }, finger(false))
  }
}

endWithOwner(process.argv, async () => {
  device.close()
  await control.close()
})
sayReady({ ready: 'finger', url: control.url, socket: values.socket })
