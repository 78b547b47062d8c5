/** What the barcode scanner reads, as a scan screen hears it: only while it listens, and nothing from before. */
import type { CodeScannerPort } from '../../hardware/ports.ts'

/** More than this waits for no screen: somebody plays with the scanner. */
const mostWaiting = 50

/** @returns the codes from now on, until `signal` aborts */
export async function* scannedCodes(
  scanner: Pick<CodeScannerPort, 'onCode'>,
  served: 'staff' | 'citizen',
  signal: AbortSignal,
): AsyncGenerator<{ text: string }> {
  const waiting: string[] = []
  let wake = () => {}
  const stop = scanner.onCode(({ text }) => {
    if (waiting.length < mostWaiting) waiting.push(text)
    wake()
  }, served)
  const end = () => wake()
  signal.addEventListener('abort', end)
  try {
    while (!signal.aborted) {
      const text = waiting.shift()
      if (text !== undefined) yield { text }
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stop()
    signal.removeEventListener('abort', end)
  }
}
