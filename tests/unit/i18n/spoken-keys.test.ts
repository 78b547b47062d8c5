import { expect, test } from 'vitest'
import { meant, spokenIn } from '../../../scripts/i18n/spoken-keys.ts'

const keys = [
  'desk.open',
  'desk.state.ready',
  'desk.state.gone.long',
  'failure.card.absent.citizen',
  'failure.card.absent.technician',
]
const spokenBy = (code: string) => [...new Set(spokenIn(code).flatMap((one) => meant(one, keys)))]

test.each([
  ["t('desk.open')", ['desk.open']],
  ['t("desk.open", { name: a.b })', ['desk.open']],
  ['const key = `desk.open`', ['desk.open']],
  ['t(`desk.state.${state}`)', ['desk.state.ready', 'desk.state.gone.long']],
  ['t(`desk.state.${of(state)}.long`)', ['desk.state.gone.long']],
  ['t(`failure.${code}.citizen`)', ['failure.card.absent.citizen']],
  [
    't(`failure.${names({ code })}.${who}`)',
    ['failure.card.absent.citizen', 'failure.card.absent.technician'],
  ],
  ["textsIn('en', 'desk.state.')", ['desk.state.ready', 'desk.state.gone.long']],
  ["import x from './desk.open.ts'", []],
  ["// desk.open, for those who read\nt('desk.closed')", []],
])('%s', (code, found) => {
  expect(spokenBy(code)).toEqual(found)
})
