/**
 * What is wrong with the fields: first what the issuer's own JSON schema says of them, so that kiosk and issuer cannot
 * disagree, then what a JSON schema cannot say.
 */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FieldProblem, FormField } from '../api/z-enrolment.ts'
import type { FormSchema, Places } from './z-form-schema.ts'

type Fields = Record<string, string>
type Problem = FieldProblem['problem']

export interface FieldCheck {
  /** @param today ISO date in Thimphu @returns what is wrong, at most one problem a field, in the form's order */
  problems(fields: Fields, today: string): FieldProblem[]
  /** @returns only the fields that the form has, trimmed, in one Unicode form (NFC), without the empty ones */
  clean(fields: Fields): Fields
}

/** Compiles the schema once. @throws Error - if the issuer's schema is not a schema */
export function createFieldCheck(schema: FormSchema, places: Places): FieldCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  const kinds = new Map(Object.entries(schema.properties).map(([name, one]) => [name, one['x-form']]))
  const order = schema['x-form'].sections.flatMap((section) => section.fields)
  const gewogsOf = new Map(
    places.map(({ value, gewogs }) => [value, new Set(gewogs.map((one) => one.value))]),
  )

  function clean(fields: Fields): Fields {
    const known = Object.entries(fields).filter(([name]) => kinds.has(name))
    return Object.fromEntries(
      known.map(([name, text]) => [name, text.normalize('NFC').trim()]).filter(([, text]) => text !== ''),
    )
  }

  function ownProblem(name: string, value: string, fields: Fields, today: string): Problem | undefined {
    const form = kinds.get(name)
    switch (form?.kind) {
      case 'date':
        if (!isDate(value)) return 'not-a-date'
        return value > today ? 'date-in-future' : undefined
      case 'cid':
        return /^\d{11}$/.test(value) ? undefined : 'not-a-cid'
      case 'dzongkha-text':
        return /^[\p{Script=Tibetan}\s]+$/u.test(value) ? undefined : 'wrong-script'
      case 'dzongkhag':
        return gewogsOf.has(value) ? undefined : 'not-a-choice'
      case 'gewog': {
        const gewogs = gewogsOf.get(fields[form.linkedTo ?? 'dzongkhag'] ?? '')
        return gewogs?.has(value) ? undefined : 'not-in-dzongkhag'
      }
      default:
        return undefined
    }
  }

  function problems(given: Fields, today: string): FieldProblem[] {
    const fields = clean(given)
    validate(fields)
    const found = new Map<string, Problem>()
    for (const error of validate.errors ?? []) {
      const field = fieldOf(error)
      if (!found.has(field)) found.set(field, problemOf(error, kinds.get(field)?.kind))
    }
    for (const [name, value] of Object.entries(fields)) {
      const problem = ownProblem(name, value, fields, today)
      if (problem) found.set(name, problem)
    }
    return order.flatMap((field) => {
      const problem = found.get(field)
      return problem ? [{ field, problem }] : []
    })
  }

  return { problems, clean }
}

function fieldOf(error: ErrorObject): string {
  const missing: unknown = error.params['missingProperty']
  return typeof missing === 'string' ? missing : error.instancePath.slice(1)
}

function problemOf(error: ErrorObject, kind: FormField['kind'] | undefined): Problem {
  switch (error.keyword) {
    case 'required':
    case 'minLength':
      return 'required'
    case 'maxLength':
      return kind === 'cid' ? 'not-a-cid' : 'too-long'
    case 'enum':
    case 'const':
      return 'not-a-choice'
    case 'format':
      return 'not-a-date'
    default:
      if (kind === 'cid') return 'not-a-cid'
      if (kind === 'date') return 'not-a-date'
      return 'wrong-script'
  }
}

/** A date of the calendar: `2026-02-31` is none. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}
