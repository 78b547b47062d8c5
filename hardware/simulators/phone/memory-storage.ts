/** Credo's storage, in memory: a wallet that forgets everything when the process ends. */
import {
  CredoError,
  RecordDuplicateError,
  RecordNotFoundError,
  type AgentContext,
  type BaseRecord,
  type BaseRecordConstructor,
  type Query,
  type StorageService,
} from '@credo-ts/core'

export class MemoryStorage<T extends BaseRecord = BaseRecord> implements StorageService<T> {
  readonly supportsCursorPagination = false
  readonly #records = new Map<string, T>()

  async save(_context: AgentContext, record: T): Promise<void> {
    if (this.#records.has(record.id)) throw new RecordDuplicateError('exists', { recordType: record.type })
    this.#records.set(record.id, record)
  }

  async update(_context: AgentContext, record: T): Promise<void> {
    if (!this.#records.has(record.id)) throw notFound(record.type)
    this.#records.set(record.id, record)
  }

  async delete(_context: AgentContext, record: T): Promise<void> {
    if (!this.#records.delete(record.id)) throw notFound(record.type)
  }

  async deleteById(_context: AgentContext, kind: BaseRecordConstructor<T>, id: string): Promise<void> {
    if (!this.#records.delete(id)) throw notFound(kind.type)
  }

  async getById(_context: AgentContext, kind: BaseRecordConstructor<T>, id: string): Promise<T> {
    const record = this.#records.get(id)
    if (!record || record.type !== kind.type) throw notFound(kind.type)
    return record
  }

  async getAll(_context: AgentContext, kind: BaseRecordConstructor<T>): Promise<T[]> {
    return [...this.#records.values()].filter((record) => record.type === kind.type)
  }

  async findByQuery(context: AgentContext, kind: BaseRecordConstructor<T>, query: Query<T>): Promise<T[]> {
    return (await this.getAll(context, kind)).filter((record) =>
      matches(record.getTags(), { ...Object(query) }),
    )
  }
}

function notFound(recordType: string) {
  return new RecordNotFoundError('no such record', { recordType })
}

/** Tags by equality, `$or`, `$and`, `$not`; a list in the query must be contained in the record's. */
function matches(tags: Record<string, unknown>, query: Record<string, unknown>): boolean {
  return Object.entries(query).every(([name, wanted]) => {
    if (name === '$or') return listOf(wanted).some((part) => matches(tags, part))
    if (name === '$and') return listOf(wanted).every((part) => matches(tags, part))
    if (name === '$not') return !matches(tags, { ...Object(wanted) })
    const has = tags[name]
    if (wanted === undefined) return true
    if (Array.isArray(wanted)) return Array.isArray(has) && wanted.every((item) => has.includes(item))
    return has === wanted
  })
}

function listOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new CredoError('query')
  return value.map((item) => ({ ...Object(item) }))
}
