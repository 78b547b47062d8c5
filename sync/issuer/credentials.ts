/** Names and passwords of other servers: never in the configuration itself, which is copied and shown. */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'

export const zCredentialsSource = z.union([
  /** a JSON file `{"user": …, "password": …}` that nobody else may read */
  z.strictObject({ file: z.string().min(1) }),
  /** names of environment variables */
  z.strictObject({ userVariable: z.string().min(1), passwordVariable: z.string().min(1) }),
])
export type CredentialsSource = z.infer<typeof zCredentialsSource>

const zCredentials = z.object({ user: z.string().min(1), password: z.string().min(1) })
export type Credentials = z.infer<typeof zCredentials>

/** @throws Error - that says what is wrong with the source, and nothing of what is in it */
export function readCredentials(source: CredentialsSource, env = process.env): Credentials {
  if ('file' in source) {
    if (process.platform !== 'win32' && (statSync(source.file).mode & 0o077) !== 0)
      throw new Error(`${source.file} may be read by others: chmod 600`)
    const read = zCredentials.safeParse(parsed(readFileSync(source.file, 'utf8')))
    if (!read.success) throw new Error(`${source.file} is no JSON {user, password}`)
    return read.data
  }
  const user = env[source.userVariable]
  const password = env[source.passwordVariable]
  const read = zCredentials.safeParse({ user, password })
  if (!read.success) throw new Error(`${source.userVariable} and ${source.passwordVariable} are not set`)
  return read.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
