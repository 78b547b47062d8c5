/** `GET /metrics` and `GET /health` on a port of loopback: whoever watches the issuer asks here, and nobody else. */
import { createServer } from 'node:http'
import express from 'express'
import { inWords, wrongWith, type Measures } from './measures.ts'

export interface MetricsServer {
  url: string
  close(): Promise<void>
}

/** For so long an answer stands: who asks more often does not make more work. */
const freshMs = 15_000

export async function serveMetrics(port: number, measure: () => Promise<Measures>): Promise<MetricsServer> {
  let known: { at: number; measures: Promise<Measures> } | undefined
  async function now(): Promise<Measures> {
    if (!known || performance.now() - known.at > freshMs)
      known = { at: performance.now(), measures: measure() }
    return known.measures
  }
  const app = express()
  app.disable('x-powered-by')
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(inWords(await now()))
  })
  app.get('/health', async (_request, response) => {
    const measures = await now()
    const wrong = wrongWith(measures)
    response.status(wrong.length > 0 ? 503 : 200).json({ ok: wrong.length === 0, wrong, ...measures })
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
