/** Technical messages: one line of JSON each, on stderr. Ids and figures only, never anything about a person. */
export type Log = (event: string, facts?: Record<string, string | number | boolean>) => void

export const logToStderr: Log = (event, facts) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}
