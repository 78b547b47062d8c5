/** Sets up, then hands over to one program on Node 24: `node scripts/run.mjs PROGRAM [ARGS]`. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectEnvironment, root, setUp } from './setup.mjs'

/** Runs a built or source program on the project's Node 24, passing on arguments, signals and its exit code. */
export function handOver(program, args) {
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [join(root, program), ...args], {
    stdio: 'inherit',
    env: projectEnvironment(),
  })
  // The terminal sends Ctrl-C to the child itself; a SIGTERM reaches only us and is passed on.
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGINT', () => undefined)
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

const [, , program, ...rest] = process.argv
setUp()
handOver(program ?? '', rest)
