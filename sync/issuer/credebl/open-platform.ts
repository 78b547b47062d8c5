/** The offers' desk that was chosen, with what belongs to it. */
import { join } from 'node:path'
import type { Router } from 'express'
import { createCredeblDesk } from '../credebl.ts'
import { readCredentials } from '../credentials.ts'
import { embeddedDesk, type OfferDesk } from '../offer-desk.ts'
import type { Offers } from '../oid4vci/offers.ts'
import { openRecords } from '../records.ts'
import { createGateway } from './gateway.ts'
import { openSessions } from './sessions.ts'
import { credeblWebhook } from './webhook.ts'
import type { CredeblChoice, PlatformChoice } from './z-platform-choice.ts'

interface Parts {
  dataDir: string
  offers: Pick<Offers, 'create' | 'byId' | 'isOver'>
  url: () => string
  clock: { now(): number }
  onCollected: (request: string) => Promise<void>
  onProblem: (event: string) => void
}

export interface Platform {
  desk: OfferDesk
  /** what it wants to be told by */
  router?: Router
  /** stops asking and closes what it keeps */
  close(): Promise<void>
}

/** Errands and open offers are looked at so often where nobody asks. */
const roundMs = 30_000

export function openPlatform(choice: PlatformChoice | undefined, parts: Parts): Platform {
  if (choice?.kind !== 'credebl') {
    const desk = embeddedDesk(parts.offers, parts.url)
    return { desk, close: () => desk.close() }
  }
  return openCredebl(choice, parts)
}

function openCredebl(choice: CredeblChoice, { dataDir, clock, onCollected, onProblem }: Parts): Platform {
  // Read once now, so that a source that is missing stops the start and not the first citizen.
  readCredentials(choice.credentials)
  const gateway = createGateway({
    ...{ choice, fetch, clock },
    credentials: () => readCredentials(choice.credentials),
  })
  const sessions = openSessions(openRecords(join(dataDir, 'platform')))
  const desk = createCredeblDesk({ choice, gateway, sessions, clock, onCollected, onProblem })
  let going: Promise<void> | undefined
  const timer = setInterval(() => {
    going ??= desk
      .round()
      .catch((error: unknown) => onProblem(`platform: ${error instanceof Error ? error.name : 'unknown'}`))
      .finally(() => (going = undefined))
  }, roundMs)
  const { webhookSecret } = choice
  return {
    desk,
    ...(webhookSecret && {
      router: credeblWebhook({
        ...{ clock, heard: desk.heard },
        secret: () => readCredentials(webhookSecret).password,
      }),
    }),
    async close() {
      clearInterval(timer)
      await going
      await desk.close()
    },
  }
}
