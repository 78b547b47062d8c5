/** A field's value as a person reads it: the label of a choice, a date in the language, the text itself. */
import { formatDate, localText } from '../../lib/i18n/i18n.svelte.ts'
import type { Form, FormField } from '../../../main/api/z-enrolment.ts'

/** @param fields of the draft @returns empty where nothing was entered */
export function shownValue(form: Form, field: FormField, fields: Record<string, string>): string {
  const value = fields[field.name] ?? ''
  if (field.kind === 'date') return value && formatDate(value)
  const choice = choicesOf(form, field, fields).find((one) => one.value === value)
  return choice ? localText(choice.label) : value
}

/** @returns what may be chosen; the gewogs of the dzongkhag that is chosen now */
export function choicesOf(form: Form, field: FormField, fields: Record<string, string>) {
  switch (field.kind) {
    case 'dzongkhag':
      return form.places
    case 'gewog': {
      const dzongkhag = fields[field.linkedTo ?? 'dzongkhag']
      return form.places.find((place) => place.value === dzongkhag)?.gewogs ?? []
    }
    default:
      return field.choices ?? []
  }
}
