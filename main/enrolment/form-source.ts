/** The form as the issuer has it now, compiled once for each pair of schema and list of places. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { Form } from '../api/z-enrolment.ts'
import type { Clock } from '../clock.ts'
import type { ReadMaster } from '../masters/master-reader.ts'
import { createFieldCheck, type FieldCheck } from './field-check.ts'
import { buildForm } from './form.ts'
import type { FormSchema, Places } from './z-form-schema.ts'

export interface CurrentForm {
  form: Form
  check: FieldCheck
  /** @returns the fields with `given` over them; those that the form does not have are left out */
  merge(fields: Record<string, string>, given: Record<string, string>): Record<string, string>
}

export interface FormSource {
  /** `kiosk.not-commissioned`, or `link.down` while the form has not arrived yet */
  current(): Promise<Result<CurrentForm, Failure>>
  /** the date in Thimphu, ISO */
  today(): string
}

interface Parts {
  schema: () => Promise<ReadMaster<FormSchema> | undefined>
  places: () => Promise<ReadMaster<{ places: Places }> | undefined>
  isCommissioned: () => boolean
  clock: Clock
}

/** Bhutan is six hours ahead of UTC all year. */
const thimphuOffsetMs = 6 * 3_600_000

export function createFormSource({ schema, places, isCommissioned, clock }: Parts): FormSource {
  let known: { key: string; current: CurrentForm } | undefined
  return {
    async current() {
      const [schemaNow, placesNow] = await Promise.all([schema(), places()])
      if (!schemaNow || !placesNow) {
        return err({ code: isCommissioned() ? 'link.down' : 'kiosk.not-commissioned' })
      }
      const key = `${schemaNow.version}/${placesNow.version}`
      if (known?.key !== key) {
        known = { key, current: compile(schemaNow, placesNow.content.places) }
      }
      return ok(known.current)
    },
    today: () => new Date(clock.now() + thimphuOffsetMs).toISOString().slice(0, 10),
  }
}

function compile({ version, content }: ReadMaster<FormSchema>, places: Places): CurrentForm {
  const check = createFieldCheck(content, places)
  return {
    form: buildForm(version, content, places),
    check,
    merge: (fields, given) => ({ ...known(content, fields), ...known(content, given) }),
  }
}

function known(schema: FormSchema, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(schema.properties, name)))
}
