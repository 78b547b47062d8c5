/** Services that answer from memory, for tests of what carries the calls. Only what those tests ask is there. */
import { err, ok } from 'neverthrow'
import type { Services } from '../../main/api/services.ts'
import type { KioskStatus } from '../../main/api/z-status.ts'

const status = (bytesToGo: number): KioskStatus => ({
  now: '2026-01-01T00:00:00.000Z',
  link: 'up',
  queue: { waiting: 0, bytesToGo },
  ...{ limits: [], faults: [], setAside: [], devices: [] },
})

export interface StubWorld {
  services: Services
  /** how many watch the status now */
  watching(): number
  calls: string[]
  /** how many wait for a card now */
  waiting(): number
  /** largest portrait that arrived */
  portraitBytes(): number
}

export function stubWorld(): StubWorld {
  let watching = 0
  let portraitBytes = 0
  let waiting = 0
  const calls: string[] = []
  const services: Partial<Services> = {
    kiosk: {
      id: 'k1',
      office: 'Thimphu',
      version: '0',
      demo: true,
      keyCustody: 'file',
      issuer: 'http://127.0.0.1:1',
      fingerCheck: { scanner: 'none', asked: false, templateDays: 90 },
      fingerRules: { threshold: 40, tries: 3 },
      switches: { next: 'F8', press: 'F9', autoMs: 0 },
    },
    audit: { record: () => Promise.resolve() },
    staff: {
      names: () => Promise.resolve(['Karma']),
      signIn: (name, pin) =>
        Promise.resolve(
          pin === '1234'
            ? ok({ id: 's1', name, role: 'officer' as const })
            : err({ code: 'sign-in.wrong-pin' as const, detail: { triesLeft: 4 } }),
        ),
    },
    status: {
      now: () => Promise.resolve(status(0)),
      detail: () => Promise.resolve({ lanes: [], setAside: [], setAsideFolder: '' }),
      diary: () => Promise.resolve({ hours: [], changes: [] }),
      syncNow: () => {
        calls.push('syncNow')
        return Promise.resolve()
      },
      async *watch(signal) {
        watching += 1
        try {
          yield status(1)
          await new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve(), { once: true }),
          )
        } finally {
          watching -= 1
        }
      },
    },
    requests: {
      today: () => Promise.resolve({ saved: 0, ready: 0, troubled: [] }),
      list: () => {
        calls.push('list')
        return Promise.resolve([])
      },
      find: () => Promise.reject(new Error('Pema Lhamo, /home/kiosk/secret')),
      detail: () => Promise.resolve(err({ code: 'request.unknown' as const })),
      slip: () => Promise.resolve(err({ code: 'request.unknown' as const })),
      offerAgain: () => Promise.resolve(err({ code: 'request.unknown' as const })),
      printSlip: () => Promise.resolve(err({ code: 'request.unknown' as const })),
      saveSlip: () => Promise.resolve(err({ code: 'request.unknown' as const })),
    },
  }
  const enrolment = {
    readCard: async (_id: string, signal: AbortSignal | undefined) => {
      waiting += 1
      await new Promise<void>((resolve) => {
        if (signal?.aborted) resolve()
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
      waiting -= 1
      return err({ code: 'device.cancelled' as const })
    },
    savePortrait: (_id: string, jpeg: Uint8Array) => {
      portraitBytes = Math.max(portraitBytes, jpeg.byteLength)
      return Promise.resolve(err({ code: 'draft.gone' as const }))
    },
  }
  return {
    // A test that asks for more than is there fails on it, as it should.
    services: { ...services, enrolment } as unknown as Services,
    watching: () => watching,
    waiting: () => waiting,
    calls,
    portraitBytes: () => portraitBytes,
  }
}
