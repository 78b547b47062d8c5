/**
 * What the person at the issuer's machine asks of the issuer that runs there: LevelDB lets only one process in. The token
 * lies in a file of the data folder (0600): who may read that has the issuer's keys anyway.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import express, { Router } from 'express'
import { z } from 'zod'
import { writeWhole } from '../../write-whole.ts'
import type { Sticks } from './sticks.ts'

const zAccess = z.object({ url: z.url(), token: z.string() })
const accessFile = (dataDir: string) => join(dataDir, 'operator.json')

/** What may be asked, by its verb; each looks at what came with it. @returns a line for each thing that was done */
export type OperatorOrders = Readonly<Record<string, (asked: unknown) => Promise<object[]>>>

const zSticks = z.object({ folder: z.string().min(1), kiosks: z.array(z.string()).optional() })

export function stickOrders(sticks: Sticks): OperatorOrders {
  return {
    import: (asked) => sticks.importFrom(zSticks.parse(asked).folder),
    receipts: (asked) => {
      const { folder, kiosks } = zSticks.parse(asked)
      return sticks.exportTo(folder, kiosks)
    },
  }
}

export interface OperatorDoor {
  router: Router
  /** @param url of loopback, where this issuer listens */
  open(dataDir: string, url: string): Promise<void>
  close(dataDir: string): Promise<void>
}

export function createOperatorDoor(orders: OperatorOrders): OperatorDoor {
  const token = randomBytes(32).toString('base64url')
  const router = Router()
  router.post('/operator/:verb', express.json({ limit: '64kb' }), async (request, response) => {
    const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    const right = given.length === token.length && timingSafeEqual(given, Buffer.from(token))
    if (!right) return void response.status(401).json({ error: 'unauthorized' })
    const { verb } = request.params
    const order = Object.hasOwn(orders, verb) ? orders[verb] : undefined
    if (!order) return void response.status(400).json({ error: 'bad_request' })
    try {
      response.json(await order(request.body))
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      response.status(400).json({ error: 'bad_request' })
    }
  })
  return {
    router,
    open: (dataDir, url) => writeWhole(accessFile(dataDir), JSON.stringify({ url, token })),
    close: (dataDir) => rm(accessFile(dataDir), { force: true }),
  }
}

/** @returns what the issuer that runs on that data answered, or undefined where none runs @throws what it refused with */
export async function askRunningIssuer(dataDir: string, verb: string, asked: object): Promise<unknown> {
  const text = await readFile(accessFile(dataDir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { url, token } = zAccess.parse(JSON.parse(text))
  let answer
  try {
    answer = await fetch(new URL(`/operator/${verb}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(asked),
    })
  } catch (error) {
    // It was killed and left its file behind.
    if (error instanceof TypeError) return undefined
    throw error
  }
  if (!answer.ok) throw new Error(`the running issuer answered ${answer.status}`)
  return answer.json()
}
