/** The receipt printer over its real wire: ESC/POS on TCP and on a device file, read by a printer that makes paper of it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import type { Receipt } from '../../hardware/printer/receipt.ts'
import { openReceiptPrinter, type ReceiptPrinterOptions } from '../../hardware/printer/receipt-printer.ts'
import type { ReceiptPrinterPort } from '../../hardware/ports.ts'
import { createInterpreter } from '../../hardware/simulators/printer/escpos.ts'
import { becomes, hasCause, isReady } from './hid-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const qr = 'btkiosk:slip:1:01JARZ3NDEKTSV4RRFFQ69G5FA:9F3A11C2'
const slip: Receipt = [
  { kind: 'text', text: 'Enrolment slip', size: 'title' },
  { kind: 'text', text: 'འབྲུག་གི་མི་ངོ་ལག་ཁྱེར། བསྐྱེད་ རྒྱལ་ཁབ་ འདི་ བདག་འཛིན་འཐབ་སྟེ་བཞག་གནང་།', size: 'normal' },
  { kind: 'text', text: 'यो पर्ची राख्नुहोस्। क्षेत्रीय कार्यालय', size: 'normal' },
  { kind: 'line' },
  { kind: 'qr', text: qr },
  { kind: 'text', text: '01JA RZ3N DEKT SV4R RFFQ 69G5 FA', size: 'small' },
]

let simulator: Simulator
let folder: string
const open_ = new Set<ReceiptPrinterPort>()
beforeAll(async () => {
  simulator = await startSimulator('printer', ['--port', '0'])
  folder = mkdtempSync(join(tmpdir(), 'kiosk-printer-'))
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const bytes = readFileSync(wasm)
  await prepareZXingModule({
    overrides: { wasmBinary: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    fireImmediately: true,
  })
})
afterEach(async () => {
  for (const printer of open_) await printer.close()
  open_.clear()
  await simulator.post('/fault', { fault: null })
})
afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true })
})

function openPrinter(options: Omit<ReceiptPrinterOptions, 'printer'> = {}): ReceiptPrinterPort {
  const port = z.number().parse(simulator.ready['printerPort'])
  const printer = openReceiptPrinter({
    printer: { by: 'network', host: '127.0.0.1', port, dots: 576, oneWay: false },
    lookEveryMs: 100,
    ...options,
  })
  open_.add(printer)
  return printer
}
const state = async () =>
  z
    .object({ slips: z.number(), unexpected: z.number() })
    .parse(await (await fetch(`${simulator.url}/state`)).json())
const paper = async () => new Uint8Array(await (await fetch(`${simulator.url}/paper.png`)).arrayBuffer())

/** For whoever wants to look at the paper. */
function keep(name: string, picture: Uint8Array): void {
  const shown = join('test-results', 'printer')
  mkdirSync(shown, { recursive: true })
  writeFileSync(join(shown, name), picture)
}

describe('a printer in the network', () => {
  it('prints a slip in three scripts whose QR code scans from the paper', async () => {
    const printer = openPrinter()
    await becomes(printer, isReady)
    const printed = await printer.print(slip)
    expect(printed.isOk()).toBe(true)
    expect(await state()).toMatchObject({ slips: 1, unexpected: 0 })
    const picture = await paper()
    keep('slip-80mm.png', picture)
    const [code] = await readBarcodes(picture, { formats: ['QRCode'] })
    expect(code?.text).toBe(qr)
  })

  it.each([
    ['paper-out', 'printer.paper-out'],
    ['cover-open', 'printer.cover-open'],
    ['jammed', 'printer.jammed'],
    ['offline', 'printer.offline'],
  ])('with %s says so at once and between slips, and prints when it is mended', async (fault, cause) => {
    await simulator.post('/fault', { fault })
    const printer = openPrinter()
    await becomes(printer, hasCause(cause))
    const refused = await printer.print(slip)
    expect(refused.isErr() && refused.error).toBe(cause)
    await simulator.post('/fault', { fault: null })
    await becomes(printer, isReady)
    expect((await printer.print(slip)).isOk()).toBe(true)
  })

  it('that runs out of paper in the middle of a slip is not taken for one that printed it', async () => {
    const printer = openPrinter({ times: { printMs: 500 } })
    await becomes(printer, isReady)
    const before = await state()
    await simulator.post('/fault', { fault: 'paper-ends' })
    const printed = await printer.print(slip)
    expect(printed.isErr() && printed.error).toBe('printer.paper-out')
    expect((await state()).slips).toBe(before.slips)
  })

  it.each([
    ['stuck', 'printer.stalled'],
    ['deaf', 'printer.silent'],
    ['mute', 'printer.silent'],
  ])('that is %s is given up in time', async (fault, cause) => {
    const printer = openPrinter({ lookEveryMs: 60_000, times: { answerMs: 300, printMs: 300 } })
    await becomes(printer, isReady)
    await simulator.post('/fault', { fault })
    const printed = await printer.print(slip)
    expect(printed.isErr() && printed.error).toBe(cause)
  })

  it('that is slow is waited for, refuses a second slip meanwhile, and can be left', async () => {
    const printer = openPrinter({ lookEveryMs: 60_000 })
    await becomes(printer, isReady)
    await simulator.post('/fault', { fault: 'slow' })
    const first = printer.print(slip)
    await becomes(printer, ({ state }) => state === 'busy')
    const second = await printer.print(slip)
    expect(second.isErr() && second.error).toBe('printer.busy')
    expect((await first).isOk()).toBe(true)
    const left = new AbortController()
    const third = printer.print(slip, left.signal)
    await becomes(printer, ({ state }) => state === 'busy')
    left.abort()
    const result = await third
    expect(result.isErr() && result.error).toBe('device.cancelled')
  })

  it('can be told to stop while it is still asked how it is', async () => {
    const printer = openPrinter({ lookEveryMs: 60_000, times: { answerMs: 20_000, printMs: 300 } })
    await becomes(printer, isReady)
    await simulator.post('/fault', { fault: 'deaf' })
    for (const signal of [AbortSignal.timeout(100), AbortSignal.abort()]) {
      const stopped = await printer.print(slip, signal)
      expect(stopped.isErr() && stopped.error).toBe('device.cancelled')
    }
  })

  it('that is not there is absent and missed; a kiosk without one misses nothing', async () => {
    const gone = openReceiptPrinter({
      printer: { by: 'network', host: '127.0.0.1', port: 9, dots: 576, oneWay: false },
    })
    const none = openReceiptPrinter()
    open_.add(gone).add(none)
    expect(await becomes(gone, hasCause('printer.unreachable'))).toEqual({
      ...{ kind: 'receipt-printer', state: 'absent', cause: 'printer.unreachable' },
    })
    expect(none.device()).toMatchObject({ state: 'absent', optional: true })
    const refused = await none.print(slip)
    expect(refused.isErr() && refused.error).toBe('printer.absent')
  })
})

describe('a printer behind a device file', () => {
  function fifo(name: string): string {
    const path = join(folder, name)
    spawnSync('mkfifo', [path])
    return path
  }
  const openFile = (path: string, stallMs = 1_000) => {
    const printer = openReceiptPrinter({
      printer: { by: 'file', path, dots: 384, oneWay: true },
      ...{ stallMs, lookEveryMs: 60_000 },
    })
    open_.add(printer)
    return printer
  }

  it('gets the whole slip, in as many pieces as it takes', async () => {
    const path = fifo('lp0')
    const reader = await open(path, 'r+')
    const printer = openFile(path, 10_000)
    await becomes(printer, isReady)
    const printing = printer.print(slip)
    const interpreter = createInterpreter(384, () => undefined)
    const buffer = Buffer.alloc(1_500)
    while (interpreter.slips().length === 0) {
      const { bytesRead } = await reader.read(buffer, 0, buffer.length, null)
      interpreter.take(buffer.subarray(0, bytesRead))
    }
    expect((await printing).isOk()).toBe(true)
    await reader.close()
    expect(interpreter.unexpected()).toBe(0)
    const picture = interpreter.slips()[0]?.picture() ?? new Uint8Array()
    keep('slip-58mm.png', picture)
    const [code] = await readBarcodes(picture, { formats: ['QRCode'] })
    expect(code?.text).toBe(qr)
  })

  it('that stops reading does not hold the kiosk', async () => {
    const path = fifo('lp1')
    // A pipe that nobody empties: it takes 64 kB and no more.
    const reader = await open(path, 'r+')
    await reader.write(Buffer.alloc(60_000))
    const printer = openFile(path, 200)
    await becomes(printer, isReady)
    const printed = await printer.print([...slip, ...slip, ...slip])
    expect(printed.isErr() && printed.error).toBe('printer.stalled')
    await reader.close()
  })

  it('that is not there is absent', async () => {
    const printer = openFile(join(folder, 'lp9'))
    await becomes(printer, hasCause('printer.unreachable'))
  })
})
