/** What was typed beside what the card or the passport says. Pure. */
import type { Comparison } from '../api/z-approval.ts'
import type { StoredDraft } from './z-stored-draft.ts'

const plain = (text: string) => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLocaleLowerCase('en')

/** @returns every field that was typed or that the document says, in the order of the form */
export function compareFields({ fields, card }: Pick<StoredDraft, 'fields' | 'card'>): Comparison[] {
  const document = 'filled' in card ? card.filled : {}
  const names = [...new Set([...Object.keys(fields), ...Object.keys(document)])]
  return names
    .map((field) => ({ field, typed: fields[field] ?? '', document: document[field] }))
    .filter(({ typed, document: said }) => typed !== '' || said !== undefined)
    .map(({ field, typed, document: said }) => ({
      ...{ field, typed, same: said === undefined || plain(said) === plain(typed) },
      ...(said !== undefined && { document: said }),
    }))
}
