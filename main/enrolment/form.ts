/** The issuer's JSON schema as a screen draws it. */
import type { Form, FormField } from '../api/z-enrolment.ts'
import type { FormProperty, FormSchema, Places } from './z-form-schema.ts'

/** @throws Error - if a section names a field that the schema does not have (the issuer's mistake) */
export function buildForm(schemaVersion: number, schema: FormSchema, places: Places): Form {
  const required = new Set(schema.required)
  return {
    schemaVersion,
    title: schema['x-form'].title,
    sections: schema['x-form'].sections.map(({ title, fields }) => ({
      title,
      fields: fields.map((name) => {
        const property = schema.properties[name]
        if (!property) throw new Error(`The form has no field ${name}`)
        return buildField(name, property, required.has(name))
      }),
    })),
    places,
  }
}

function buildField(name: string, property: FormProperty, required: boolean): FormField {
  const { kind, label, hint, linkedTo, choices } = property['x-form']
  const given = choices ?? property.enum?.map((value) => ({ value, label: { en: value } }))
  return {
    name,
    label,
    kind,
    required,
    ...(hint && { hint }),
    ...(property.maxLength !== undefined && { maxLength: property.maxLength }),
    ...(given && kind === 'choice' && { choices: given }),
    ...(linkedTo !== undefined && { linkedTo }),
  }
}
