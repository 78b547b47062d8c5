/** What a shell of the kiosk may be told on its command line: docs/processes.md. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { ConfigInput } from '../config.ts'

const zOptions = z.object({
  data: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  issuer: z.url().optional(),
  commission: z.string().min(1).optional(),
  demo: z.boolean(),
  panel: z.url().optional(),
})
export type HostOptions = z.infer<typeof zOptions>

interface Reading {
  /** whether switches meant for Chromium may stand among the arguments, which are passed over */
  passOver?: boolean
  /** the data folder where none is said */
  data?: string
}

export const usage = `main --data DIR [--port N] [--issuer URL --commission CODE] [--demo] [--panel URL] [--parent PID]`

/**
 * @param args of the command line
 * @returns the options, or a text that says what is wrong with them
 */
export function readHostOptions(
  args: readonly string[],
  { passOver = false, data }: Reading = {},
): HostOptions | string {
  let values
  try {
    ;({ values } = parseArgs({
      args: [...args],
      strict: !passOver,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        issuer: { type: 'string' },
        commission: { type: 'string' },
        demo: { type: 'boolean' },
        panel: { type: 'string' },
        parent: { type: 'string' },
      },
    }))
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`
  }
  const parsed = zOptions.safeParse({
    ...values,
    data: values.data ?? data,
    port: values.port ?? '0',
    demo: values.demo ?? false,
  })
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n')
    return `${wrong}\nUsage: ${usage}`
  }
  if (Boolean(parsed.data.issuer) !== Boolean(parsed.data.commission)) {
    return `--issuer and --commission go together.\nUsage: ${usage}`
  }
  return { ...parsed.data, data: resolve(parsed.data.data) }
}

/** @returns the part of the configuration that the command line decides; the file in the data folder says the rest */
export function configOf({ data, issuer, commission, demo, panel }: HostOptions): ConfigInput {
  return {
    dataDir: data,
    ...(demo && { demo }),
    ...(panel && { simulatorPanel: panel }),
    ...(issuer && commission && { commission: { issuerUrl: issuer, code: commission } }),
  }
}
