declare module 'express-pouchdb' {
  import type { RequestHandler } from 'express'
  export default function expressPouchdb(
    PouchDB: unknown,
    options: { mode: string; inMemoryConfig?: boolean; logPath?: string },
  ): RequestHandler
}
