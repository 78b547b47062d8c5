/** The desk of the production platform, its records in a folder of the test, against a server of its published shapes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCredeblDesk, type CredeblDesk } from '../../sync/issuer/credebl.ts'
import { createGateway } from '../../sync/issuer/credebl/gateway.ts'
import { openSessions, type Sessions } from '../../sync/issuer/credebl/sessions.ts'
import { zPlatformChoice } from '../../sync/issuer/credebl/z-platform-choice.ts'
import { configurationIds } from '../../sync/issuer/oid4vci/configurations.ts'
import { openRecords } from '../../sync/issuer/records.ts'
import { startCredebl } from '../fixtures/credebl-server.ts'
import { claims } from '../unit/credentials/wallet.ts'

export const webhookSecret = 'shared with the platform'

export async function credeblWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'credebl-'))
  const server = await startCredebl({ webhookSecret })
  const clock = { at: Date.parse('2026-03-01T09:00:00Z'), now: () => clock.at }
  const parsed = zPlatformChoice.parse({
    kind: 'credebl',
    url: server.url,
    ...{ orgId: server.ids.orgId, issuerId: server.ids.issuerId },
    credentials: { userVariable: 'U', passwordVariable: 'P' },
    templates: {
      [configurationIds['dc+sd-jwt']]: server.ids.sdJwt,
      [configurationIds.mso_mdoc]: server.ids.mdoc,
    },
    timeoutMs: 300,
  })
  if (parsed.kind !== 'credebl') throw new Error('no such choice')
  const choice = parsed
  const told = { collected: [] as string[], problems: [] as string[], password: server.secret }
  function open(): { sessions: Sessions; desk: CredeblDesk } {
    const sessions = openSessions(openRecords(join(folder, 'platform')))
    const credentials = () => ({ user: 'the-client', password: told.password })
    const gateway = createGateway({ choice, fetch, clock, credentials })
    const onCollected = async (request: string) => void told.collected.push(request)
    const onProblem = (event: string) => void told.problems.push(event)
    return {
      sessions,
      desk: createCredeblDesk({ choice, gateway, sessions, clock, onCollected, onProblem }),
    }
  }
  const order = (request = 'request-1') => ({ request, tag: 'the-citizen', claims })
  const world = {
    ...{ folder, server, clock, told, order, ...open() },
    made: async (request?: string) => (await world.desk.offer(order(request)))._unsafeUnwrap(),
    stateAt: (id: string, state: string) => void Object.assign(server.sessions.get(id) ?? {}, { state }),
    /** more than the pause between two questions */
    later: () => void (clock.at += 6_000),
    async restart() {
      await world.desk.close()
      Object.assign(world, open())
    },
    async close() {
      await world.desk.close()
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
  return world
}
