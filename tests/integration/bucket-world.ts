/** A bucket on an S3-compatible server, and a door before it that fails in the ways in which such servers fail. */
import { spawn } from 'node:child_process'
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { zPayloadChoice, type BucketChoice } from '../../sync/issuer/payloads/z-payload-choice.ts'

/** a status, or `silent`, or `yes`: 200 to everything without doing anything */
export type DoorMode = 'open' | 'silent' | 'yes' | 403 | 503

export interface BucketWorld {
  choice: BucketChoice
  /** `GET /kiosks/payloads/…` and the like, that reached the server */
  asked: string[]
  mode: DoorMode
  close(): Promise<void>
}

/** The accounts that s3rver has. */
const ofServer = { user: 'S3RVER', password: 'S3RVER' }

/** @param folder for the server's own files */
export async function startBucket(folder: string): Promise<BucketWorld> {
  const file = fileURLToPath(new URL('./s3-server.ts', import.meta.url))
  const child = spawn(process.execPath, [file, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`the S3 server ended with ${code}`)))
  })
  const target = new URL(z.object({ url: z.url() }).parse(JSON.parse(line)).url)

  const asked: string[] = []
  function passOn(request: IncomingMessage, response: ServerResponse): void {
    asked.push(`${request.method} ${request.url}`)
    const { hostname, port } = target
    const { method, url: path, headers } = request
    const on = ask({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    on.on('error', () => response.destroy())
    request.pipe(on)
  }
  const door = createServer((request, response) => {
    switch (world.mode) {
      case 'open':
        return passOn(request, response)
      case 'silent':
        return void request.resume()
      case 'yes':
        return void request.resume().on('end', () => response.writeHead(200).end())
      default: {
        const status = world.mode
        request.resume().on('end', () => response.writeHead(status).end('<Error/>'))
      }
    }
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const { port } = door.address() as AddressInfo
  process.env['KIOSK_BUCKET_USER'] = ofServer.user
  process.env['KIOSK_BUCKET_PASSWORD'] = ofServer.password
  const choice = zPayloadChoice.parse({
    ...{ kind: 's3', endpoint: `http://127.0.0.1:${port}`, bucket: 'kiosks', timeoutMs: 400 },
    credentials: { userVariable: 'KIOSK_BUCKET_USER', passwordVariable: 'KIOSK_BUCKET_PASSWORD' },
  })
  if (choice.kind !== 's3') throw new Error('no bucket')
  const world: BucketWorld = {
    ...{ choice, asked, mode: 'open' },
    async close() {
      door.closeAllConnections()
      await new Promise((resolve) => door.close(resolve))
      child.stdin.end()
      await new Promise((resolve) => child.once('exit', resolve))
    },
  }
  return world
}
