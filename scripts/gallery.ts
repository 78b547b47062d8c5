/** `npm run gallery`: what every screen is made of, on one living page. `-- --out DIR` writes it as files instead. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, createServer } from 'vite'

const { values } = parseArgs({
  options: { out: { type: 'string' }, port: { type: 'string', default: '5199' } },
})
const configFile = 'vite.gallery.config.ts'
if (values.out !== undefined) {
  await build({ configFile, logLevel: 'warn', build: { outDir: resolve(values.out) } })
} else {
  const server = await createServer({ configFile, logLevel: 'warn', server: { port: Number(values.port) } })
  await server.listen()
  process.stdout.write(`${server.resolvedUrls?.local[0] ?? ''}\n`)
}
