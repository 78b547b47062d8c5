/** A kiosk and an issuer, each a process with a disk of its own whose power can be cut, and the link between them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Commission } from '../../../main/commission/z-commission.ts'
import type { Random } from '../../faults/lane.ts'
import { commissionKiosk } from '../../fixtures/made-request.ts'
import { poweredDisk } from '../power/powered-disk.ts'
import { mountSmallDisk, type SmallDisk } from '../small-disk.ts'
import { startChild, type Child } from './child.ts'
import { openFaultyLink, type FaultyLink } from './faulty-link.ts'
import { zCode } from './z-orders.ts'

const program = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url))

export interface Side {
  child: Child
  /** kill -9; with the power cut, what was not fsync'ed is gone, too */
  kill(powerCut: boolean): Promise<void>
  /** undefined where no small disk can be made */
  disk: SmallDisk | undefined
  full(is: boolean): void
}

export interface RunWorld {
  kiosk: Side
  issuer: Side
  link: FaultyLink
  commission: Commission
  /** where the issuer listens, without the link */
  issuerUrl(): string
  setClock(offsetMs: number): void
  close(): Promise<void>
}

export interface WorldOptions {
  folder: string
  library: string
  random: Random
  withoutRule4: boolean
}

export async function openRunWorld({
  folder,
  library,
  random,
  withoutRule4,
}: WorldOptions): Promise<RunWorld> {
  mkdirSync(folder, { recursive: true })
  const link = await openFaultyLink(random)
  const flag = withoutRule4 ? ['--without-rule-4'] : []
  // To show what is at stake, the cut then takes all that it may.
  const luck = withoutRule4 ? () => 0 : random
  let issuerUrl = ''
  let clockOffset = 0
  const commissionFile = join(folder, 'commission.json')

  function side(name: 'kiosk' | 'issuer', megabytes: number, args: (root: string) => string[]): Side {
    const base = join(folder, name)
    const mounted = mountSmallDisk(base, megabytes)
    const disk = typeof mounted === 'string' ? undefined : mounted
    const powered = poweredDisk(base, join(folder, `${name}.journal`), library, luck)
    let isFull = false
    const child = startChild({
      program: program(`${name}-child.ts`),
      args: () => args(join(powered.root, 'data')),
      env: { ...powered.env, NODE_COMPILE_CACHE: join(folder, '..', 'compiled') },
      mayEnd: (code) => code === 4 && isFull,
      onReady: ({ url }) => {
        if (url === undefined) return
        issuerUrl = url
        link.leadTo(url)
      },
    })
    return {
      child,
      disk,
      kill: (powerCut) =>
        child.kill(() => {
          // What stands for the cut needs room itself.
          if (isFull) disk?.free()
          if (powerCut) powered.cut()
          else powered.settle()
          if (isFull) disk?.fill()
        }),
      full(is) {
        if (is) disk?.fill()
        else disk?.free()
        isFull = is
      },
    }
  }

  const issuer = side('issuer', 96, (root) => [root, ...flag])
  await issuer.child.up()
  const commission = await commissioned(issuer.child, issuerUrl, link.url)
  writeFileSync(commissionFile, JSON.stringify(commission))
  const kiosk = side('kiosk', 64, (root) => [root, commissionFile, String(clockOffset), ...flag])
  await kiosk.child.up()

  return {
    ...{ kiosk, issuer, link, commission },
    issuerUrl: () => issuerUrl,
    setClock(offsetMs) {
      clockOffset = offsetMs
      kiosk.child.tell(JSON.stringify({ do: 'clock', offsetMs }))
    },
    async close() {
      await Promise.all([kiosk.child.end(), issuer.child.end(), link.close()])
      for (const one of [kiosk, issuer]) one.disk?.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function commissioned(issuer: Child, at: string, through: string): Promise<Commission> {
  const coded = issuer.answer(zCode)
  issuer.tell('Paro dzongkhag office')
  return commissionKiosk(zCode.parse(await coded).code, at, through)
}
