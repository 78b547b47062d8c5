/** The simulated finger of the demonstration, for the scanner behind libfprint. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { helperProgram } from '../../../hardware/fingerprint/libfprint/helper-process.ts'
import type { ChildProcesses } from './child-processes.ts'

const zFinger = z.object({ url: z.url(), socket: z.string() })
/** Longer names cannot be bound (sockaddr_un). */
const longestSocket = 100

/** @param socket where the library listens @returns undefined where libfprint or the room for the name is missing */
export async function startFinger(children: ChildProcesses, socket: string) {
  if (!existsSync(helperProgram()) || socket.length > longestSocket) {
    process.stderr.write(
      'No virtual finger here (libfprint-2-dev, gcc): going on without the finger check.\n',
    )
    return undefined
  }
  return children.start({
    name: 'finger',
    path: 'hardware/simulators/finger/main',
    args: ['--port', '0', '--socket', socket],
    ready: zFinger,
  })
}

/** What the kiosk's configuration says of it. */
export function fingerCheckOf(finger: { ready: { socket: string } } | undefined) {
  return finger
    ? { fingerCheck: { scanner: 'libfprint', environment: { FP_VIRTUAL_IMAGE: finger.ready.socket } } }
    : {}
}
