/** Every screen of the three doors with the states that a person can meet it in, each by the names of its pictures. */

export type Door = 'citizen' | 'staff' | 'technician'
export const states = ['ready', 'working', 'empty', 'full', 'offline', 'failed'] as const
export type State = (typeof states)[number]
export interface Size {
  width: number
  height: number
}
export interface Shown {
  door: Door
  screen: string
  state: State
  name: string
}

const upright = { width: 1080, height: 1920 }
const tablet = { width: 1280, height: 800 }
const desk = { width: 1366, height: 768 }

/** @returns the sizes of glass that a door is made for, the usual one first */
export function sizesOf(door: Door): readonly [Size, ...Size[]] {
  switch (door) {
    case 'citizen':
      return [upright, tablet]
    case 'staff':
    case 'technician':
      return [desk, tablet]
  }
}

type States = Partial<Record<State, readonly string[]>>

/** door → screen, as `data-screen` names it → state → pictures */
export const screenTable: Record<Door, Record<string, States>> = {
  citizen: {
    'citizen-welcome': {
      ready: ['citizen-welcome', 'citizen-farewell'],
      offline: ['citizen-welcome-offline'],
    },
    'citizen-choose': { ready: ['citizen-choose'], failed: ['citizen-host-gone'] },
    'citizen-consent': { ready: ['citizen-consent', 'citizen-consent-card'] },
    'citizen-identify': {
      ready: ['citizen-identify', 'citizen-identify-card', 'citizen-identify-typed'],
      working: ['citizen-identify-working', 'citizen-identify-long'],
      failed: ['citizen-identify-refused', 'citizen-identify-card-unread'],
    },
    'citizen-finger': {
      ready: ['citizen-finger', 'citizen-finger-any'],
      working: ['citizen-finger-seen'],
      failed: ['citizen-finger-no-match', 'citizen-finger-scanner-gone'],
    },
    'citizen-officer': {
      ready: ['citizen-officer', 'citizen-officer-vouches'],
      working: ['citizen-officer-working'],
      failed: ['citizen-officer-refused'],
    },
    'citizen-offer': {
      ready: ['citizen-offer'],
      working: ['citizen-offer-opened'],
      failed: ['citizen-offer-over', 'citizen-offer-no-new'],
    },
    'citizen-ticket': {
      ready: [
        'citizen-ticket-queued',
        'citizen-ticket-received',
        'citizen-ticket-ready',
        'citizen-ticket-collected',
        'citizen-phone-safe',
      ],
      working: ['citizen-ticket-working'],
      empty: ['citizen-ticket-unknown'],
      offline: ['citizen-ticket-offline'],
      failed: ['citizen-ticket-rejected', 'citizen-ticket-attention', 'citizen-ticket-refused'],
    },
    'citizen-card': { ready: ['citizen-card'] },
    'citizen-ask': {
      ready: ['citizen-ask'],
      working: ['citizen-ask-working'],
      failed: ['citizen-ask-failed'],
    },
    'citizen-reveal': {
      ready: ['citizen-reveal', 'citizen-reveal-network'],
      working: ['citizen-reveal-working'],
      failed: ['citizen-reveal-withdrawn'],
    },
    'citizen-revealed': { ready: ['citizen-revealed', 'citizen-revealed-provisional'] },
    'citizen-phone-begin': {
      working: ['citizen-phone-begin-working'],
      failed: ['citizen-phone-begin-failed'],
    },
    'citizen-phone-why': {
      ready: ['citizen-phone-why'],
      working: ['citizen-phone-why-working'],
      failed: ['citizen-phone-why-failed'],
      offline: ['citizen-phone-why-offline'],
    },
    'citizen-phone-pair': {
      ready: ['citizen-phone-pair'],
      working: ['citizen-phone-pair-working'],
      failed: ['citizen-phone-pair-failed'],
    },
    'citizen-phone-mark': {
      ready: ['citizen-phone-mark'],
      working: ['citizen-phone-mark-working'],
      failed: ['citizen-phone-mark-failed'],
    },
    'citizen-phone-later': { ready: ['citizen-phone-later'] },
    'citizen-phone-other': {
      ready: ['citizen-phone-other'],
      working: ['citizen-phone-other-working'],
      failed: ['citizen-phone-other-failed'],
    },
    'citizen-hand-over': {
      ready: ['citizen-hand-over'],
      working: ['citizen-hand-over-working'],
      failed: ['citizen-hand-over-failed'],
    },
    'citizen-done': { ready: ['citizen-done', 'citizen-done-provisional'] },
    'citizen-idle': { ready: ['citizen-idle'] },
  },
  staff: {
    'staff-sign-in': {
      ready: ['staff-sign-in', 'staff-sign-in-timed-out'],
      working: ['staff-sign-in-working'],
      empty: ['staff-sign-in-no-names'],
      failed: ['staff-sign-in-wrong', 'staff-sign-in-locked'],
    },
    'staff-today': {
      ready: ['staff-today', 'staff-today-returned'],
      empty: ['staff-today-empty'],
      full: ['staff-today-full'],
      offline: ['staff-today-offline'],
      failed: ['staff-today-failed', 'staff-today-stopped', 'staff-today-devices'],
    },
    'staff-enrol-card': {
      ready: ['staff-enrol-card', 'staff-enrol-card-read', 'staff-enrol-card-passport'],
      working: ['staff-enrol-card-working'],
      failed: ['staff-enrol-card-failed'],
    },
    'staff-enrol-form': {
      ready: ['staff-enrol-form'],
      empty: ['staff-enrol-form-empty'],
      failed: ['staff-enrol-form-problems', 'staff-enrol-form-failed'],
    },
    'staff-enrol-portrait': {
      ready: ['staff-enrol-portrait', 'staff-enrol-portrait-kept'],
      working: ['staff-enrol-portrait-working'],
      failed: ['staff-enrol-portrait-refused'],
    },
    'staff-enrol-fingers': {
      ready: ['staff-enrol-fingers', 'staff-enrol-fingers-done'],
      working: ['staff-enrol-fingers-working'],
      failed: ['staff-enrol-fingers-failed'],
    },
    'staff-enrol-consent': { ready: ['staff-enrol-consent'], failed: ['staff-enrol-consent-failed'] },
    'staff-enrol-sign': {
      ready: ['staff-enrol-sign'],
      working: ['staff-enrol-sign-working'],
      failed: ['staff-enrol-sign-failed'],
    },
    'staff-slip': {
      ready: ['staff-slip', 'staff-slip-approval'],
      offline: ['staff-slip-offline'],
      failed: ['staff-slip-no-paper'],
    },
    'staff-requests': {
      ready: ['staff-requests', 'staff-requests-one'],
      empty: ['staff-requests-empty', 'staff-requests-nothing-found'],
      full: ['staff-requests-full'],
      failed: ['staff-requests-failed'],
    },
    'staff-approve': {
      ready: ['staff-approve', 'staff-approve-back', 'staff-approve-pin'],
      empty: ['staff-approve-none'],
      failed: ['staff-approve-failed'],
    },
    'staff-day': {
      ready: ['staff-day'],
      working: ['staff-day-working'],
      empty: ['staff-day-empty'],
      full: ['staff-day-full'],
      failed: ['staff-day-failed'],
    },
    'staff-stick': { ready: ['staff-stick'] },
    'staff-stick-write': {
      ready: ['staff-stick-write'],
      working: ['staff-stick-writing'],
      empty: ['staff-stick-none'],
      full: ['staff-stick-written'],
      failed: ['staff-stick-failed'],
    },
    'staff-stick-read': {
      ready: ['staff-stick-read'],
      empty: ['staff-stick-read-none'],
      full: ['staff-stick-news'],
      failed: ['staff-stick-read-failed'],
    },
    'desk-idle': { ready: ['desk-idle'] },
  },
  technician: {
    technician: {
      ready: ['technician', 'technician-tests'],
      failed: ['technician-trouble'],
    },
    'technician-link': {
      ready: ['technician-link'],
      full: ['technician-full'],
      offline: ['technician-offline'],
      failed: ['technician-stalled'],
    },
    'technician-kiosk': {
      ready: ['technician-kiosk'],
      failed: ['technician-kiosk-unsent'],
    },
  },
}

/** @returns every picture of the table, in the order of doors, screens and states */
export function allPictures(): Shown[] {
  const doors: readonly Door[] = ['citizen', 'staff', 'technician']
  return doors.flatMap((door) =>
    Object.entries(screenTable[door]).flatMap(([screen, of]) =>
      states.flatMap((state) => (of[state] ?? []).map((name) => ({ door, screen, state, name }))),
    ),
  )
}

const byName = new Map(allPictures().map((shown) => [shown.name, shown]))
export const findPicture = (name: string): Shown | undefined => byName.get(name)
