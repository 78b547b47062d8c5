/**
 * One file for whoever helps from afar. Each member is named here one by one, from parts that hold nothing of a citizen:
 * what is not named does not travel, whatever is added to the parts later.
 */
import { freemem, release, totalmem, type, uptime } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Result } from 'neverthrow'
import type { Device } from '../../hardware/z-device.ts'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { LimitState } from '../../sync/limits.ts'
import { zMasterName } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { KioskInfo } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import type { SavedFiles } from '../api/z-medium.ts'
import type { LogLine, Unsent } from '../api/z-care.ts'
import type { AuditLog, AuditReader } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { RemovableMedia } from '../removable/removable-media.ts'

interface Parts {
  kiosk: () => KioskInfo
  config: Config
  devices: () => readonly Device[]
  sync: Pick<KioskSync, 'list' | 'queue' | 'setAside' | 'diary' | 'inbox' | 'contactAgeMs'> & {
    synchroniser: Pick<KioskSync['synchroniser'], 'progress' | 'lanes'>
  }
  limits: () => Promise<LimitState[]>
  unsent: () => Promise<Unsent>
  log: () => readonly LogLine[]
  audit: AuditReader & Pick<AuditLog, 'verify' | 'record'>
  media: Pick<RemovableMedia, 'write'>
  clock: Clock
}

const zipped = promisify(gzip)
const mostEvents = 300

export function createDiagnostics(parts: Parts) {
  const { kiosk, config, sync, audit, media, clock } = parts

  /** @returns everything that the file says */
  async function collect(): Promise<object> {
    const { id, office, version, demo, keyCustody, issuer } = kiosk()
    const { limits, link, enrolment, fingerCheck, payloadDays, draftTtlDays, oldestStatusDays } = config
    const [requests, verdict, lines] = await Promise.all([sync.list(), audit.verify(), audit.lines()])
    const { link: state, lastContact, bytesPerSecond, skewMs, faults } = sync.synchroniser.progress()
    return {
      made: instant(clock),
      kiosk: { id, office, version, demo, keyCustody, issuer },
      machine: {
        ...{ system: `${type()} ${release()} ${process.arch}`, node: process.versions.node },
        ...(process.versions['electron'] && { electron: process.versions['electron'] }),
        ...{ memory: totalmem(), free: freemem(), upSeconds: Math.round(uptime()) },
      },
      // The rules of this kiosk; never where its secrets or its tools lie.
      rules: {
        ...{ limits, link, enrolment, payloadDays, draftTtlDays, oldestStatusDays },
        fingerCheck: { scanner: fingerCheck.scanner, reissue: fingerCheck.reissue, tries: fingerCheck.tries },
      },
      devices: parts.devices().map(({ kind, state: deviceState, ...rest }) => ({
        ...{ kind, state: deviceState },
        ...('name' in rest && { name: rest.name }),
        ...('serial' in rest && { serial: rest.serial }),
        ...('firmware' in rest && { firmware: rest.firmware }),
        ...('cause' in rest && { cause: rest.cause }),
      })),
      link: {
        ...{ state, lastContact, bytesPerSecond, skewMs, faults, contactAgeMs: sync.contactAgeMs() },
        lanes: sync.synchroniser.lanes(),
        hours: sync.diary.hours(),
        changes: sync.diary.changes(),
      },
      queue: { ...(await sync.queue()), byState: countOf(requests.map((one) => one.state)) },
      refused: countOf(requests.flatMap(({ reason }) => reason ?? [])),
      unsent: await parts.unsent(),
      limits: await parts.limits(),
      setAside: sync.setAside().map(({ kind, reason, at }) => ({ kind, reason, at })),
      masters: Object.fromEntries(zMasterName.options.map((name) => [name, sync.inbox.masterVersion(name)])),
      audit: {
        whole: verdict.whole,
        lines: lines.length,
        last: lines.at(-1)?.hash,
        byEvent: countOf(lines.map(({ event }) => event)),
        newest: lines.slice(-mostEvents).map(({ at, event, facts }) => ({ at, event, code: facts?.code })),
      },
      log: parts.log(),
    }
  }

  return {
    collect,
    /** One file on the stick of that id; the codes of a stick. */
    async save(staff: Staff, medium: string): Promise<Result<SavedFiles, Failure>> {
      const content = await collect()
      const at = instant(clock).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
      const bytes = await zipped(Buffer.from(`${JSON.stringify(content, null, 2)}\n`))
      const saved = await media.write(medium, [
        { name: `diagnostics-${kiosk().id || 'kiosk'}-${at}.json.gz`, bytes },
      ])
      await audit.record(saved.isOk() ? 'diagnostics.saved' : 'diagnostics.not-saved', {
        staff: staff.id,
        ...(saved.isErr() && { code: saved.error.code }),
      })
      return saved
    },
  }
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
