/** `npm run simulate -- --list [--json]` tells the simulators; `npm run simulate -- NAME [options]` runs one until Ctrl-C. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { simulators, type SimulatorEntry } from './simulators.ts'

function told({ name, about, options, commands, faults }: SimulatorEntry): string {
  const lines = [
    `${name.padEnd(8)} ${about}`,
    `         npm run simulate -- ${name} ${options}`,
    `         commands: ${commands.join(' · ')}`,
    `         faults:   ${faults.length > 0 ? faults.join(' · ') : 'none of its own'}`,
  ]
  return lines.join('\n')
}

const [name, ...rest] = process.argv.slice(2)
const chosen = simulators.find((one) => one.name === name)
if (name === undefined || name === '--list') {
  console.log(rest.includes('--json') ? JSON.stringify({ simulators }) : simulators.map(told).join('\n\n'))
} else if (chosen) {
  const main = fileURLToPath(new URL(`../../hardware/simulators/${chosen.name}/main.ts`, import.meta.url))
  // Its ready line says where its control port is. It ends with us.
  const child = spawn(process.execPath, [main, ...rest, '--parent', String(process.pid)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
} else {
  console.error(`There is no simulator "${name}". Known: ${simulators.map((one) => one.name).join(', ')}`)
  process.exitCode = 2
}
