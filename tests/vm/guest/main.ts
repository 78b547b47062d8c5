/** Plays the scenarios inside the virtual machine and tells the host how each went (docs/testing-in-a-vm.md). */
import { release } from 'node:os'
import { startSimulator } from '../../integration/simulator-process.ts'
import { cardScenarios } from './card-scenarios.ts'
import { hidScenarios } from './hid-scenarios.ts'
import { openHostLine } from './host-line.ts'
import type { Scenario } from './scenario.ts'

async function main(): Promise<void> {
  const host = openHostLine()
  const { trusted, only } = await host.begin({ kernel: release(), node: process.version })

  async function play({ name, run }: Scenario): Promise<void> {
    const started = performance.now()
    const why = await run().then(
      () => undefined,
      (error: unknown) => String(error),
    )
    const ms = Math.round(performance.now() - started)
    host.tell({ kind: 'result', scenario: name, ok: why === undefined, ms, ...(why && { why }) })
  }

  if (only !== 'ccid') {
    const simulator = await startSimulator('kernel-hid', [])
    for (const scenario of hidScenarios(simulator)) await play(scenario)
    await simulator.stop()
  }
  if (only !== 'hid') for (const scenario of cardScenarios(host, trusted)) await play(scenario)
  host.tell({ kind: 'end' })
}

// An emergency stands in the console's log; a thread that still reads the serial port would keep a normal end waiting.
main()
  .catch((error: unknown) =>
    process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`),
  )
  .finally(() => process.kill(process.pid, 'SIGKILL'))
