/** What a receipt printer puts on paper, from top to bottom. */
export type ReceiptPart =
  | { kind: 'text'; text: string; size: 'title' | 'normal' | 'small' }
  /** printed by the printer itself, dot by dot, so that it scans */
  | { kind: 'qr'; text: string }
  | { kind: 'line' }

export type Receipt = readonly ReceiptPart[]
