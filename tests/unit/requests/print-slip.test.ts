/** The roll says the same as the slip on the screen, in its order. */
import { expect, test } from 'vitest'
import { zSlip } from '../../../main/api/z-enrolment.ts'
import { receiptOf } from '../../../main/requests/print-slip.ts'

test('title, code, number, office, time, officer, and what to do with it', () => {
  const slip = zSlip.parse({
    ...{ request: '01JARZ3NDEKTSV4RRFFQ69G5FA', created: '2026-11-25T10:00:00.000Z', qr: 'btkiosk:slip:1:x' },
    ...{ office: 'Paro', kiosk: 'paro-01', officer: 'Pema Dorji' },
  })
  const words = {
    ...{ title: 'འཛིན།', office: 'ཡིག་ཚང་།', when: 'ཚེས་', created: '༢༥' },
    ...{ officer: 'ལས་བྱེདཔ་', by: 'Pema Dorji', keep: 'བཞག་གནང་།' },
  }
  expect(receiptOf(slip, words).map((part) => ('text' in part ? part.text : part.kind))).toEqual([
    'འཛིན།',
    'line',
    'btkiosk:slip:1:x',
    '01JA RZ3N DEKT SV4R RFFQ 69G5 FA',
    'line',
    'ཡིག་ཚང་། Paro',
    'ཚེས་ ༢༥',
    'ལས་བྱེདཔ་ Pema Dorji',
    'line',
    'བཞག་གནང་།',
  ])
})
