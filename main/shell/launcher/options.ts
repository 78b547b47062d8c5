/** What `npm start` may be told. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'

const zOptions = z.object({
  window: z.boolean(),
  data: z.string().min(1),
  port: z.number().int().min(0).max(65_535),
  json: z.boolean(),
})
export type LauncherOptions = z.infer<typeof zOptions>

export const usage = `npm start -- [--no-window] [--data DIR] [--port N] [--json]

  --no-window   do not open a window; print the address
  --data DIR    where the demonstration keeps its data (default: ~/.local/share/bhutan-id-kiosk/demo)
  --port N      the kiosk's port on 127.0.0.1; 0 takes any free one (default 0)
  --json        when ready, print one line of JSON: addresses and demo sign-ins`

/** @param args of the command line @returns the options, or a text that says what is wrong with them */
export function readOptions(args: readonly string[]): LauncherOptions | string {
  let values
  try {
    ;({ values } = parseArgs({
      args: [...args],
      options: {
        'no-window': { type: 'boolean', default: false },
        data: { type: 'string' },
        port: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }))
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${usage}`
  }
  if (values.help) return usage
  const parsed = zOptions.safeParse({
    window: !values['no-window'],
    data: resolve(values.data ?? join(homedir(), '.local', 'share', 'bhutan-id-kiosk', 'demo')),
    port: /^\d+$/.test(values.port) ? Number(values.port) : values.port,
    json: values.json,
  })
  return parsed.success ? parsed.data : `--port takes a number from 0 to 65535.\n\n${usage}`
}
