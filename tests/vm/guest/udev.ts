/** udev in the virtual machine, and the project's rule, put in its place as docs/udev/70-id-kiosk.rules tells. */
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const daemon = '/lib/systemd/systemd-udevd'
const udevadm = (...args: string[]) => execFileSync('udevadm', args, { stdio: ['ignore', 2, 2] })
let running = false

export async function startUdev(): Promise<void> {
  if (running) return
  running = true
  spawn(daemon, ['--resolve-names=never'], { stdio: ['ignore', 2, 2] })
  for (let tries = 0; ; tries++) {
    try {
      return void udevadm('control', '--ping', '--timeout=5')
    } catch (error) {
      if (tries > 20) throw error
      await sleep(500)
    }
  }
}

/** What logind writes when somebody sits at the machine; the tag `uaccess` means this user. */
export function seatBelongsTo(user: number): void {
  mkdirSync('/run/systemd/seats', { recursive: true })
  writeFileSync('/run/systemd/seats/seat0', `IS_SEAT0=1\nACTIVE=c1\nACTIVE_UID=${user}\n`)
}

export function putRuleInPlace(): void {
  mkdirSync('/run/udev/rules.d', { recursive: true })
  copyFileSync('/run/kiosk/docs/udev/70-id-kiosk.rules', '/run/udev/rules.d/70-id-kiosk.rules')
  udevadm('control', '--reload-rules')
  udevadm('trigger')
  udevadm('settle', '--timeout=30')
}
