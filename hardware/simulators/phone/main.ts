/** The citizen's phone: `main.ts --port N [--parent PID]` (docs/processes.md). */
import { Console } from 'node:console'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { openPhone, reason, walletNames } from './phone.ts'

// The wallet libraries log to stdout, where the ready line must be alone.
globalThis.console = new Console(process.stderr, process.stderr)

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, parent: { type: 'string' } },
})

const zReceive = z.object({ offer: z.string().max(8000), txCode: z.string().max(20) })
const zPresent = z.object({
  request: z.string().max(8000),
  format: z.enum(['dc+sd-jwt', 'ldp_vc']).default('dc+sd-jwt'),
})

/** What the phone would not or could not do is an answer too: 400 and why. */
const orRefuse = (thrown: unknown): never => {
  throw new BadCall(reason(thrown))
}

const wallet = Object.values(walletNames).join(' and ')
const phone = await openPhone({ now: () => Date.now() })
const control = await startControlServer(Number(values.port), {
  'GET /state': () => ({ wallet, credentials: phone.held() }),
  'POST /receive': (body) => {
    const { offer, txCode } = zReceive.parse(body)
    return phone.receive(offer, txCode).catch(orRefuse)
  },
  'POST /present': async (body) => {
    const { request, format } = zPresent.parse(body)
    return { answer: await phone.present(request, format).catch(orRefuse) }
  },
  'POST /reset': async () => {
    await phone.reset()
    return { credentials: [] }
  },
})
endWithOwner(process.argv, async () => {
  await control.close()
  await phone.close()
})
sayReady({ ready: 'phone', url: control.url, wallet })
