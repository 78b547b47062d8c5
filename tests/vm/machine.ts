/** The virtual machine: QEMU with the host's files read-only, two serial ports and a USB card reader. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Machine {
  onLine(listener: (line: string) => void): void
  say(line: object): void
  /** of QEMU's control line */
  qmp: string
  /** where a card is put on the reader */
  cardSocket: string
  /** resolves when the machine is off, however it ended */
  off: Promise<void>
  kill(): void
}

interface Parts {
  /** for its sockets; the path of a Unix socket may have 107 characters */
  folder: string
  image: string
  initramfs: string
  /** the console is written to this file */
  console: string
}

export const usbReader = { reader: 'ccid', slot: 'ccid-card', socket: 'card' } as const

export async function startMachine({ folder, image, initramfs, console: log }: Parts): Promise<Machine> {
  const [line, qmp, cardSocket] = ['line', 'qmp', 'card'].map((name) => join(folder, `${name}.sock`)) as [
    string,
    string,
    string,
  ]
  const child = spawn(
    'qemu-system-x86_64',
    [
      // Translation in software: it works on every machine, also on one that is virtual itself.
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-kernel', image, '-initrd', initramfs],
      ...['-append', 'console=ttyS0 loglevel=5 panic=-1 mitigations=off no_timer_check nowatchdog'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
      ...['-serial', 'stdio', '-chardev', `socket,id=line,path=${line},server=on,wait=off`],
      ...['-serial', 'chardev:line', '-qmp', `unix:${qmp},server=on,wait=off`],
      ...['-device', 'qemu-xhci,id=usb'],
      ...['-chardev', `socket,id=${usbReader.socket},path=${cardSocket},server=on,wait=off`],
      ...['-device', `usb-ccid,id=${usbReader.reader},bus=usb.0`],
      ...[
        '-device',
        `ccid-card-passthru,id=${usbReader.slot},chardev=${usbReader.socket},bus=${usbReader.reader}.0`,
      ],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = createWriteStream(log)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let over = false
  const off = new Promise<void>((resolve) => {
    const end = () => {
      over = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const kill = () => void child.kill('SIGKILL')
  const socket = await dial(line, () => over)
  socket.on('error', () => socket.destroy())
  const lines = createInterface({ input: socket })
  return {
    onLine: (listener) => void lines.on('line', listener),
    say: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    ...{ qmp, cardSocket, off, kill },
  }
}

/** @throws Error - when QEMU ended before it listened */
async function dial(path: string, isOver: () => boolean): Promise<Socket> {
  for (;;) {
    if (isOver()) throw new Error('QEMU did not start')
    const socket = connect(path)
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (connected) return socket
    await sleep(50)
  }
}
