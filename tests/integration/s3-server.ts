/** An S3-compatible server that is not ours (npm s3rver) as a process of its own: `node s3-server.ts FOLDER`. Ends with its standard input. */
import { createRequire } from 'node:module'

interface Server {
  run(): Promise<{ port: number }>
}
const S3rver: new (options: object) => Server = createRequire(import.meta.url)('@20minutes/s3rver')

const server = new S3rver({
  ...{ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2] },
  configureBuckets: [{ name: 'kiosks' }],
})
const { port } = await server.run()
process.stdout.write(`${JSON.stringify({ ready: 's3', url: `http://127.0.0.1:${port}` })}\n`)
process.stdin.on('close', () => process.exit(0)).resume()
