/** Technical messages for whoever looks after the machine: event names and figures, never personal data. */
export type Log = (event: string, facts?: Record<string, string | number | boolean>) => void

/** One line of JSON on stderr; stdout belongs to the ready line (docs/processes.md). */
export const logToStderr: Log = (event, facts) => {
  process.stderr.write(`${JSON.stringify({ event, ...facts })}\n`)
}
