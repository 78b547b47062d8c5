import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { figure, median, reportOf } from '../../bench/figures.ts'
import { rendererBytes } from '../../bench/renderer-bytes.ts'

it.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 2, 3], 2.5],
])('median of %j is %d', (values, middle) => expect(median(values)).toBe(middle))

it('has no median of nothing', () => expect(() => median([])).toThrow())

it('keeps to a goal or misses it', () => {
  expect(figure({ name: 'a', unit: 'ms', value: 10.04, goal: 10 })).toMatchObject({ value: 10, ok: true })
  expect(figure({ name: 'a', unit: 'ms', value: 10.06, goal: 10 })).toMatchObject({ value: 10.1, ok: false })
  expect(figure({ name: 'a', unit: 'ms', value: 10 })).toEqual({ name: 'a', unit: 'ms', value: 10, ok: true })
})

it('is bad as a whole when one goal is missed, or nothing was measured', () => {
  const good = figure({ name: 'a', unit: 'ms', value: 1, goal: 2 })
  const bad = figure({ name: 'b', unit: 'ms', value: 3, goal: 2 })
  expect(reportOf('x', [good]).ok).toBe(true)
  expect(reportOf('x', [good, bad]).ok).toBe(false)
  expect(reportOf('x', []).ok).toBe(false)
})

it('counts the screens without maps, and apart from fonts and WebAssembly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bytes-'))
  mkdirSync(join(folder, 'assets'))
  for (const [name, bytes] of Object.entries({
    'index.html': 10,
    'assets/a.js': 1_000,
    'assets/a.js.map': 5_000,
    'assets/f.woff2': 70,
    'assets/z.wasm': 30,
  })) {
    writeFileSync(join(folder, name), 'x'.repeat(bytes))
  }
  const bytes = rendererBytes(folder)
  expect(bytes).toMatchObject({ code: 1_010, given: 100 })
  expect(bytes.codeGzip).toBeLessThan(200)
  rmSync(folder, { recursive: true })
})
