/**
 * What we use of PouchDB 9. `@types/pouchdb-core` cannot be used: it redeclares Node's global `Buffer` and with it
 * breaks the types of every file of the project.
 */
declare module 'pouchdb' {
  export type Stored<T> = T & { _id: string; _rev: string }
  export interface Change<T> {
    id: string
    seq: number | string
    deleted?: boolean
    changes: { rev: string }[]
    doc?: Stored<T>
  }
  export interface Changes<T> {
    on(event: 'change', listener: (change: Change<T>) => void): this
    on(event: 'error', listener: (error: unknown) => void): this
    on(
      event: 'complete',
      listener: (result: { results: Change<T>[]; last_seq: number | string }) => void,
    ): this
    cancel(): void
  }
  export interface ReplicationResult {
    ok: boolean
    docs_read: number
    docs_written: number
    doc_write_failures: number
    errors: unknown[]
    last_seq: number | string
  }
  export interface Replication extends Promise<ReplicationResult> {
    on(event: 'change', listener: (info: ReplicationResult & { docs: { _id: string }[] }) => void): this
    on(event: 'denied', listener: (refusal: unknown) => void): this
    on(event: 'error', listener: (error: unknown) => void): this
    cancel(): void
  }
  export interface Row<T> {
    id: string
    key: string
    value: { rev: string; deleted?: boolean }
    doc?: Stored<T>
  }
  export interface Options {
    db?: unknown
    adapter?: string
    auto_compaction?: boolean
    skip_setup?: boolean
    prefix?: string
    auth?: { username: string; password: string }
    fetch?: (url: string | Request, options?: RequestInit) => Promise<Response>
  }
  export interface BulkResult {
    ok?: boolean
    id?: string
    rev?: string
    error?: boolean | string
    name?: string
    status?: number
    reason?: string
  }
  export default class PouchDB<T extends object = Record<string, unknown>> {
    constructor(name: string, options?: Options)
    static defaults(options: Options): typeof PouchDB
    static plugin(plugin: unknown): typeof PouchDB
    readonly name: string
    get<D extends object = T>(
      id: string,
      options?: {
        rev?: string | undefined
        revs?: boolean | undefined
        revs_info?: boolean | undefined
        conflicts?: boolean | undefined
        latest?: boolean | undefined
        open_revs?: 'all' | string[] | undefined
      },
    ): Promise<Stored<D>>
    bulkGet(options: {
      docs: { id: string; rev?: string | undefined }[]
      revs?: boolean
      latest?: boolean
    }): Promise<{ results: object[] }>
    revsDiff(revisions: Record<string, string[]>): Promise<object>
    put(
      doc: T & { _id: string; _rev?: string },
      options?: object,
    ): Promise<{ ok: boolean; id: string; rev: string }>
    bulkDocs(
      docs: (T & { _id: string; _rev?: string; _deleted?: boolean })[],
      options?: object,
    ): Promise<BulkResult[]>
    remove(doc: { _id: string; _rev: string }): Promise<{ ok: boolean }>
    allDocs(options?: {
      include_docs?: boolean | undefined
      startkey?: string | undefined
      endkey?: string | undefined
      key?: string | undefined
      keys?: string[] | undefined
      limit?: number | undefined
      descending?: boolean | undefined
      conflicts?: boolean | undefined
    }): Promise<{ total_rows: number; rows: Row<T>[] }>
    changes(options?: {
      since?: number | string | undefined
      live?: boolean
      include_docs?: boolean | undefined
      limit?: number
      return_docs?: boolean
      style?: 'all_docs' | 'main_only' | undefined
      descending?: boolean | undefined
      conflicts?: boolean | undefined
    }): Changes<T> & Promise<{ results: Change<T>[]; last_seq: number | string }>
    revsDiff(asked: Record<string, string[]>): Promise<Record<string, { missing: string[] }>>
    replicate: {
      to(target: PouchDB<T> | string, options?: object): Replication
      from(source: PouchDB<T> | string, options?: object): Replication
    }
    info(): Promise<{ db_name: string; doc_count: number; update_seq: number | string }>
    compact(): Promise<void>
    destroy(): Promise<void>
    close(): Promise<void>
  }
}

declare module 'leveldown' {
  const leveldown: ((location: string) => object) & {
    destroy(location: string, done: (error?: Error) => void): void
    repair(location: string, done: (error?: Error) => void): void
  }
  export default leveldown
}
