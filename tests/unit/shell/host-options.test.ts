import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configOf, readHostOptions } from '../../../main/shell/host-options.ts'

const read = (line: string) => readHostOptions(line.split(' ').filter(Boolean))

describe("the host's command line", () => {
  it('gives options and from them the configuration', () => {
    const options = read(
      '--data d --port 80 --issuer http://127.0.0.1:1 --commission C --demo --panel http://127.0.0.1:2 --parent 1',
    )
    if (typeof options === 'string') throw new Error(options)
    expect(options.port).toBe(80)
    expect(configOf(options)).toEqual({
      dataDir: resolve('d'),
      demo: true,
      simulatorPanel: 'http://127.0.0.1:2',
      commission: { issuerUrl: 'http://127.0.0.1:1', code: 'C' },
    })
  })
  it('leaves to the file in the data folder what it does not say', () => {
    const options = read('--data d')
    if (typeof options === 'string') throw new Error(options)
    expect(configOf(options)).toEqual({ dataDir: resolve('d') })
  })
  it.each([
    '',
    '--data d --port 70000',
    '--data d --port x',
    '--data d --port -1',
    '--data d --issuer http://x',
    '--data d --commission C',
    '--data d --issuer nonsense --commission C',
    '--data d --unknown',
    '--data d extra',
  ])('says what is wrong with %j', (line) => expect(read(line)).toMatch(/\nUsage: /))
  it("passes over Chromium's switches where it is told to", () => {
    const options = readHostOptions(['--no-sandbox', '--ozone-platform=x11'], { passOver: true, data: '/d' })
    expect(options).toMatchObject({ data: resolve('/d'), port: 0 })
  })
})
