/** The contents of `master:form-schema` and `master:places` (docs/processes.md, "What the masters hold"). */
import { z } from 'zod'
import { zFormField, zLocalText } from '../api/z-enrolment.ts'

const zChoice = z.object({ value: z.string().min(1).max(60), label: zLocalText })

const zPropertyForm = z.object({
  kind: zFormField.shape.kind,
  label: zLocalText,
  hint: zLocalText.optional(),
  linkedTo: z.string().optional(),
  choices: z.array(zChoice).max(200).optional(),
})

export const zFormProperty = z.looseObject({
  type: z.literal('string'),
  maxLength: z.number().int().positive().optional(),
  enum: z.array(z.string()).max(200).optional(),
  'x-form': zPropertyForm,
})
export type FormProperty = z.infer<typeof zFormProperty>

export const zFormSchema = z.looseObject({
  type: z.literal('object'),
  required: z.array(z.string()).default([]),
  properties: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,59}$/), zFormProperty),
  'x-form': z.object({
    title: zLocalText,
    sections: z.array(z.object({ title: zLocalText, fields: z.array(z.string()).min(1) })).min(1),
  }),
})
export type FormSchema = z.infer<typeof zFormSchema>

export const zPlaces = z.object({
  places: z.array(zChoice.extend({ gewogs: z.array(zChoice).max(100) })).max(100),
})
export type Places = z.infer<typeof zPlaces>['places']
