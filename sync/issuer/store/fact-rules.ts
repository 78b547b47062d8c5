/**
 * What a kiosk may write into its outbox: facts of its own, each once. One rule, twice in force: the embedded store calls
 * it, and its text goes to CouchDB as `validate_doc_update`, where the server itself turns away what does not fit.
 */

interface Written {
  _id: string
  _rev?: string | undefined
  _deleted?: boolean | undefined
  _attachments?: unknown
  _revisions?: { start: number } | undefined
  kiosk?: unknown
}

/** Raised when the rules change: databases that carry older ones are given the new ones at the issuer's next start. */
export const rulesVersion = 1

/**
 * @param before what is there under that id, of another revision @returns why it may not be written, or undefined
 *
 * Its text runs in CouchDB's JavaScript: it may use nothing from outside itself, nor what came after ES2018. CouchDB shows
 * no `before` for a revision that does not descend from the one that is there, so anything but a first one is refused.
 */
export function refusalOf(doc: Written, before: object | null, kiosk: string): string | undefined {
  const generation = doc._revisions ? doc._revisions.start : parseInt(doc._rev || '1', 10)
  if (doc._deleted) return 'no deletes'
  if (doc._id.charAt(0) === '_') return 'no design documents'
  if (doc._attachments !== undefined) return 'no attachments'
  if (before || generation > 1) return 'facts are written once'
  if (!/^request:[0-9A-HJKMNP-TV-Z]{26}$/.test(doc._id)) return 'not a fact'
  if (doc.kiosk !== kiosk) return 'a fact of another kiosk'
  return undefined
}

/** The same as CouchDB wants it. The issuer signs in as a server admin and is not bound by it. */
export const outboxRules = `function (newDoc, oldDoc, userCtx) {
  if (userCtx.roles.indexOf('_admin') !== -1) return
  var refusalOf = ${refusalOf.toString()}
  var reason = refusalOf(newDoc, oldDoc, userCtx.name)
  if (reason) throw { forbidden: reason }
}`

export const inboxRules = `function (newDoc, oldDoc, userCtx) {
  if (userCtx.roles.indexOf('_admin') !== -1) return
  throw { forbidden: 'the inbox is written by the issuer' }
}`
