import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  largestTemplate,
  readTemplateHeader,
} from '../../../hardware/fingerprint/libfprint/template-header.ts'

const head = (kind: number, driver: string, device: string) =>
  Buffer.concat([
    Buffer.from('FP3'),
    Buffer.from(new Int32Array([kind]).buffer),
    Buffer.from(`${driver}\0${device}\0`),
    Buffer.alloc(40),
  ])

it('says with what driver and device a template was made', () => {
  expect(readTemplateHeader(head(2, 'virtual_image', '0'))._unsafeUnwrap()).toEqual({
    driver: 'virtual_image',
    device: '0',
  })
})

it.each([
  ['nothing', new Uint8Array(0)],
  ['another magic', Buffer.from(head(2, 'a', '0')).fill('FP2', 0, 3)],
  ['a print that lives in the scanner', head(1, 'synaptics', '0')],
  ['no driver', head(2, '', '0')],
  ['a driver of control characters', head(2, 'a\nb', '0')],
  ['a driver without end', Buffer.concat([head(2, 'a'.repeat(200), '0')])],
  ['too many bytes', Buffer.concat([head(2, 'a', '0'), Buffer.alloc(largestTemplate)])],
  ['too few bytes', head(2, 'a', '0').subarray(0, 20)],
])('refuses %s', (_, bytes) => {
  expect(readTemplateHeader(bytes).isErr()).toBe(true)
})

it('answers to any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 500 })
  fc.assert(fc.property(bytes, (rest) => void readTemplateHeader(Buffer.concat([Buffer.from('FP3'), rest]))))
})
