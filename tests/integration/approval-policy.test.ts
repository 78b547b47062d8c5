/** The issuer begins to ask for a second person: kiosks that are there hear of it, and nothing that was sealed is thrown away. */
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { until } from './host-world.ts'
import { syncWorld, type TestKiosk } from './sync-world.ts'

type World = Awaited<ReturnType<typeof syncWorld>>
const zMaster = z.object({ jws: z.string() })

async function policyAt(world: World, { kiosk, authorization }: TestKiosk): Promise<unknown> {
  const address = `${world.url()}/store/kiosk-${kiosk}-inbox/master:policy`
  const answer = zMaster.safeParse(await (await fetch(address, { headers: { authorization } })).json())
  return answer.success ? decodeJwt(answer.data.jws)['content'] : undefined
}

test('a policy that changes reaches a kiosk of before, and what it had sealed waits for a person', async () => {
  const world = await syncWorld({ store: { kind: 'embedded' } })
  try {
    const kiosk = await world.kiosk()
    const without = {
      captured: [],
      exceptions: [{ finger: 'Left Thumb' as const, reason: 'missing' as const }],
    }
    const sealed = await world.make(kiosk, { packet: { fingerprints: without } })
    const named = await world.make(kiosk, {
      packet: { staff: { officer: 'officer-1', supervisor: 'nobody' } },
    })
    expect(await policyAt(world, kiosk)).toEqual({ approval: 'never' })
    await world.state.issuer.close()
    // The version of a master is the time in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    world.state.issuer = await startIssuer({
      ...{ dataDir: join(world.folder, 'issuer'), port: 0, demo: false, store: { kind: 'embedded' } },
      approval: 'exceptions',
    })
    await until('The new policy', async () => {
      const policy = z.object({ approval: z.string() }).safeParse(await policyAt(world, kiosk))
      return policy.data?.approval === 'exceptions' ? true : undefined
    })
    const endOf = async (made: typeof sealed) => world.ended(kiosk, await world.send(kiosk, made))
    expect(JSON.stringify(await endOf(sealed))).toContain('approval-missing')
    expect(JSON.stringify(await endOf(sealed))).toContain('needs-attention')
    expect(JSON.stringify(await endOf(named))).toContain('approval-not-genuine')
  } finally {
    await world.close()
  }
})
