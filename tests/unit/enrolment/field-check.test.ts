import { describe, expect, test } from 'vitest'
import { createFieldCheck } from '../../../main/enrolment/field-check.ts'
import { buildForm } from '../../../main/enrolment/form.ts'
import { zFormSchema, zPlaces } from '../../../main/enrolment/z-form-schema.ts'
import { zForm } from '../../../main/api/z-enrolment.ts'
import formSchema from '../../../sync/issuer/masters/form-schema.json' with { type: 'json' }
import placesJson from '../../../sync/issuer/masters/places.json' with { type: 'json' }

const schema = zFormSchema.parse(formSchema)
const { places } = zPlaces.parse(placesJson)
const check = createFieldCheck(schema, places)
const today = '2026-11-24'
const good = {
  fullName: 'Tashi Wangmo',
  fullNameDzongkha: 'བཀྲ་ཤིས་དབང་མོ།',
  gender: 'female',
  dateOfBirth: '1990-02-28',
  idType: 'cid',
  cid: '10203004050',
  citizenship: 'by-birth',
  village: 'Changzamtok',
  dzongkhag: 'thimphu',
  gewog: 'chang',
}
const citizenship = schema.properties['citizenship']?.enum?.[0]
if (citizenship) good.citizenship = citizenship

describe('the fields of the form', () => {
  test('are fine when they are', () => {
    expect(check.problems(good, today)).toEqual([])
  })

  test.each([
    ['CID of 10 digits', { cid: '1020300405' }, 'cid', 'not-a-cid'],
    ['CID of 12 digits', { cid: '102030040501' }, 'cid', 'not-a-cid'],
    ['CID with a letter', { cid: '1020300405O' }, 'cid', 'not-a-cid'],
    ['CID in Dzongkha digits', { cid: '༡༠༢༠༣༠༠༤༠༥༠' }, 'cid', 'not-a-cid'],
    ['31 February', { dateOfBirth: '1990-02-31' }, 'dateOfBirth', 'not-a-date'],
    ['29 February of no leap year', { dateOfBirth: '1990-02-29' }, 'dateOfBirth', 'not-a-date'],
    ['month 13', { dateOfBirth: '1990-13-01' }, 'dateOfBirth', 'not-a-date'],
    ['a date written another way', { dateOfBirth: '28.02.1990' }, 'dateOfBirth', 'not-a-date'],
    ['tomorrow', { dateOfBirth: '2026-11-25' }, 'dateOfBirth', 'date-in-future'],
    ['a gewog of another dzongkhag', { dzongkhag: 'bumthang' }, 'gewog', 'not-in-dzongkhag'],
    ['a gewog that is none', { gewog: 'atlantis' }, 'gewog', 'not-in-dzongkhag'],
    ['a Latin name in the Dzongkha field', { fullNameDzongkha: 'Tashi' }, 'fullNameDzongkha', 'wrong-script'],
    ['half a Dzongkha name', { fullNameDzongkha: 'བཀྲ་ཤིས Wangmo' }, 'fullNameDzongkha', 'wrong-script'],
    ['a choice that is none', { gender: 'x' }, 'gender', 'not-a-choice'],
    ['a name that is too long', { fullName: 'x'.repeat(121) }, 'fullName', 'too-long'],
    ['no name', { fullName: '' }, 'fullName', 'required'],
    ['a name of spaces', { fullName: '   ' }, 'fullName', 'required'],
  ])('%s is a problem of that field alone', (_name, change, field, problem) => {
    expect(check.problems({ ...good, ...change }, today)).toEqual([{ field, problem }])
  })

  test('a dzongkhag that is none is a problem, and so is its gewog', () => {
    const found = check.problems({ ...good, dzongkhag: 'x' }, today)
    expect(found).toContainEqual({ field: 'dzongkhag', problem: 'not-a-choice' })
    expect(found).toContainEqual({ field: 'gewog', problem: 'not-in-dzongkhag' })
  })

  test('today is no future, and 29 February of a leap year is a date', () => {
    expect(check.problems({ ...good, dateOfBirth: today }, today)).toEqual([])
    expect(check.problems({ ...good, dateOfBirth: '1992-02-29' }, today)).toEqual([])
  })

  test('an empty form lacks every required field, in the order of the form', () => {
    const order = schema['x-form'].sections.flatMap(({ fields }) => fields)
    expect(check.problems({}, today)).toEqual(
      order.filter((name) => schema.required.includes(name)).map((field) => ({ field, problem: 'required' })),
    )
  })

  test('what the form does not have is not kept, and one name has one spelling', () => {
    const cleaned = check.clean({ fullName: ' Ame\u0301lie ', __proto__x: 'y', admin: 'true', village: '' })
    expect(cleaned).toEqual({ fullName: 'Amélie' })
  })
})

describe('the form as a screen draws it', () => {
  const form = zForm.parse(buildForm(7, schema, places))

  test('has every property of the schema once, and the linked choices', () => {
    const fields = form.sections.flatMap((section) => section.fields)
    expect(fields.map(({ name }) => name).toSorted()).toEqual(Object.keys(schema.properties).toSorted())
    expect(fields.find(({ name }) => name === 'gewog')).toMatchObject({
      kind: 'gewog',
      linkedTo: 'dzongkhag',
      required: true,
    })
    expect(fields.find(({ name }) => name === 'gender')?.choices).toHaveLength(3)
    expect(form.schemaVersion).toBe(7)
  })

  test('has the 20 dzongkhags and 205 gewogs', () => {
    expect(form.places).toHaveLength(20)
    expect(form.places.flatMap(({ gewogs }) => gewogs)).toHaveLength(205)
  })
})
