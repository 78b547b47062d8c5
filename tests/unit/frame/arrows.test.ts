/** The lint rule that keeps the rooms apart, tried with arrows that may exist and arrows that may not. */
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const eslint = new ESLint()

/** @returns the rules that a line breaks when it stands in `file` */
async function rulesBroken(file: string, line: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath: file })
  return (result?.messages ?? [])
    .map((message) => message.ruleId ?? 'parser')
    .filter((rule) => rule.includes('restricted'))
}

const forbidden: [file: string, line: string][] = [
  ['hardware/ports.ts', "import '../sync/z-facts.ts'"],
  ['hardware/ports.ts', "import '../main/api/answer.ts'"],
  ['hardware/ports.ts', "import 'electron'"],
  ['sync/z-facts.ts', "import '../hardware/ports.ts'"],
  ['sync/z-facts.ts', "import '../main/api/answer.ts'"],
  ['sync/z-facts.ts', "import 'electron'"],
  ['sync/issuer/main.ts', "import '../../main/api/answer.ts'"],
  ['sync/issuer/main.ts', "import '../../hardware/ports.ts'"],
  ['main/api/answer.ts', "import '../../renderer/lib/api/ask.ts'"],
  ['main/api/answer.ts', "import '../../tests/journey/journey.ts'"],
  ['main/api/answer.ts', "import 'electron'"],
  ['renderer/lib/api/ask.ts', "import { appRouter } from '../../../main/api/router.ts'; appRouter"],
  [
    'renderer/lib/api/ask.ts',
    "import type { Config } from '../../../main/config.ts'; export type A = Config",
  ],
  [
    'renderer/lib/api/ask.ts',
    "import type { PartRef } from '../../../sync/z-facts.ts'; export type A = PartRef",
  ],
  ['renderer/lib/api/ask.ts', "import '../../staff/enrol/step.ts'"],
]
const allowed: [file: string, line: string][] = [
  ['main/api/answer.ts', "import '../../sync/z-facts.ts'"],
  ['main/api/answer.ts', "import '../../hardware/z-device.ts'"],
  ['sync/issuer/main.ts', "import '../z-facts.ts'"],
  ['sync/issuer/main.ts', "import '../../main/credentials/keys.ts'"],
  [
    'renderer/lib/api/ask.ts',
    "import type { AppRouter } from '../../../main/api/router.ts'; export type A = AppRouter",
  ],
]

describe('arrows between rooms', () => {
  it.each(forbidden)('%s may not: %s', async (file, line) => {
    expect(await rulesBroken(file, line)).not.toEqual([])
  })
  it.each(allowed)('%s may: %s', async (file, line) => {
    expect(await rulesBroken(file, line)).toEqual([])
  })
})
