/**
 * Reads ESC/POS as a printer does: command by command, each when it is whole. Knows what receipts are made of; anything
 * else is counted, so that a test can say that there was none.
 */
import { create } from 'qrcode'
import { createPaper, type Paper } from './paper.ts'

export interface Interpreter {
  /** @returns the answers to send back */
  take(bytes: Uint8Array): Uint8Array[]
  /** the slips that were cut off, newest last */
  slips(): Paper[]
  /** how many there were since the start */
  printed(): number
  /** bytes that are no command of ours, and text that would print as letters */
  unexpected(): number
  /** forgets what was begun, as a printer that is switched off and on */
  reset(): void
}

type Level = 'L' | 'M' | 'Q' | 'H'

const lineRows = 30
const mostSlips = 20

/** @param status the answer to DLE EOT n */
export function createInterpreter(width: number, status: (n: number) => number | undefined): Interpreter {
  let pending = Buffer.alloc(0)
  let paper = createPaper(width)
  let slips: Paper[] = []
  let printed = 0
  let unexpected = 0
  let align = 0
  let qr = { size: 3, level: 'L' as Level, text: '' }

  const startOf = (wide: number) => (align === 1 ? Math.max(0, Math.floor((width - wide) / 2)) : 0)

  function raster(data: Uint8Array, bytesWide: number): void {
    for (let at = 0; at + bytesWide <= data.length; at += bytesWide) {
      const row = new Uint8Array(bytesWide * 8)
      for (let x = 0; x < row.length; x++) row[x] = ((data[at + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      paper.print(row, startOf(row.length))
    }
  }

  function printQr(): void {
    const { modules } = create(qr.text, { errorCorrectionLevel: qr.level })
    const row = new Uint8Array(modules.size * qr.size)
    for (let y = 0; y < modules.size; y++) {
      for (let x = 0; x < row.length; x++) row[x] = modules.get(y, Math.floor(x / qr.size)) ? 1 : 0
      for (let again = 0; again < qr.size; again++) paper.print(row, startOf(row.length))
    }
  }

  /** GS ( k: the QR functions of the reference */
  function qrFunction(bytes: Uint8Array): void {
    const [code, fn, value] = bytes
    if (code !== 0x31) unexpected++
    else if (fn === 0x43) qr.size = value ?? 3
    else if (fn === 0x45) qr.level = (['L', 'M', 'Q', 'H'] as const)[(value ?? 48) - 48] ?? 'L'
    else if (fn === 0x50) qr.text = Buffer.from(bytes.subarray(3)).toString('utf8')
    else if (fn === 0x51) printQr()
    else if (fn !== 0x41) unexpected++
  }

  function cut(): void {
    slips = [...slips, paper].slice(-mostSlips)
    printed++
    paper = createPaper(width)
    align = 0
    qr = { size: 3, level: 'L', text: '' }
  }

  /** @returns how many bytes the command at the front has; 0 when it is not whole yet */
  function step(b: Buffer, answers: Uint8Array[]): number {
    const [first = 0, second, third = 0] = b
    if (first === 0x0a) return (paper.feed(lineRows), 1)
    if (first === 0x0d) return 1
    if (first !== 0x10 && first !== 0x1b && first !== 0x1c && first !== 0x1d) return (unexpected++, 1)
    if (second === undefined) return 0
    const need = (count: number, work: () => void) => (b.length < count ? 0 : (work(), count))
    switch ((first << 8) | second) {
      case 0x1004:
        return need(3, () => {
          const answer = status(third)
          if (answer !== undefined) answers.push(Uint8Array.of(answer))
        })
      case 0x1b40: // ESC @
      case 0x1c2e: // FS . (no Chinese characters)
      case 0x1b32: // ESC 2 (usual line height)
        return 2
      case 0x1b4d: // ESC M (font)
      case 0x1b33: // ESC 3 (line height)
      case 0x1b74: // ESC t (code page)
        return need(3, () => undefined)
      case 0x1b61:
        return need(3, () => (align = third & 0x0f))
      case 0x1b64:
        return need(3, () => paper.feed(third * lineRows))
      case 0x1b4a:
        return need(3, () => paper.feed(third))
      case 0x1d72:
        return need(3, () => answers.push(Uint8Array.of(0)))
      case 0x1d56:
        return need(third >= 0x41 ? 4 : 3, cut)
      case 0x1d76: {
        if (b.length < 8) return 0
        const wide = b.readUInt16LE(4)
        const total = 8 + wide * b.readUInt16LE(6)
        return need(total, () => raster(b.subarray(8, total), wide))
      }
      case 0x1d28: {
        if (b.length < 5) return 0
        const total = 5 + b.readUInt16LE(3)
        return need(total, () => (third === 0x6b ? qrFunction(b.subarray(5, total)) : unexpected++))
      }
      default:
        return (unexpected++, 1)
    }
  }

  return {
    take(bytes) {
      const answers: Uint8Array[] = []
      pending = Buffer.concat([pending, bytes])
      let at = 0
      while (at < pending.length) {
        const used = step(pending.subarray(at), answers)
        if (used === 0) break
        at += used
      }
      pending = Buffer.from(pending.subarray(at))
      return answers
    },
    slips: () => slips,
    printed: () => printed,
    unexpected: () => unexpected,
    reset() {
      pending = Buffer.alloc(0)
      paper = createPaper(width)
    },
  }
}
