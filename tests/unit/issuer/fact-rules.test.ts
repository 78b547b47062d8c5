/** What a kiosk may write, as the embedded store asks it and as CouchDB is given it: a text that stands for itself. */
import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { inboxRules, outboxRules, refusalOf } from '../../../sync/issuer/store/fact-rules.ts'

type Doc = Parameters<typeof refusalOf>[0]
const id = 'request:01KB0000000000000000000000'
const fact: Doc = { _id: id, kiosk: 'kiosk-001', _revisions: { start: 1 } }
const cases: [string, Doc, object | null, string | undefined][] = [
  ['a fact', fact, null, undefined],
  ['a fact without revision', { _id: id, kiosk: 'kiosk-001' }, null, undefined],
  ['a fact that is there', fact, { _id: id }, 'facts are written once'],
  ['a later revision of nothing', { ...fact, _revisions: { start: 2 } }, null, 'facts are written once'],
  [
    'a later revision by its name',
    { _id: id, kiosk: 'kiosk-001', _rev: '12-a' },
    null,
    'facts are written once',
  ],
  ['a deletion', { ...fact, _deleted: true }, null, 'no deletes'],
  ['an attachment', { ...fact, _attachments: {} }, null, 'no attachments'],
  ['a design document', { ...fact, _id: '_design/x' }, null, 'no design documents'],
  ['another name', { ...fact, _id: 'audit' }, null, 'not a fact'],
  ['a name with more behind it', { ...fact, _id: `${id}\n` }, null, 'not a fact'],
  ['another kiosk', { ...fact, kiosk: 'kiosk-002' }, null, 'a fact of another kiosk'],
  ['no kiosk', { _id: id }, null, 'a fact of another kiosk'],
]

const userOf = (name: string, roles: string[] = []) => ({ name, roles, db: 'x' })
/** In a world of its own, as CouchDB runs it. */
function told(rules: string, doc: Doc, before: object | null, user: object): string | undefined {
  const world = createContext({ doc, before, user })
  return runInContext(
    `(function () { try { (${rules})(doc, before, user, {}) } catch (refusal) { return refusal.forbidden || String(refusal) } })()`,
    world,
  )
}

describe.each(cases)('%s', (_name, doc, before, reason) => {
  test('is judged the same by us and by the server', () => {
    expect(refusalOf(doc, before, 'kiosk-001')).toBe(reason)
    expect(told(outboxRules, doc, before, userOf('kiosk-001'))).toBe(reason)
  })
  test('is no matter of the rules for the issuer, and never goes into an inbox', () => {
    for (const rules of [outboxRules, inboxRules])
      expect(told(rules, doc, before, userOf('admin', ['_admin']))).toBeUndefined()
    expect(told(inboxRules, doc, before, userOf('kiosk-001'))).toBe('the inbox is written by the issuer')
  })
})
