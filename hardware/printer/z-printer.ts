/** How the printer is attached, as a technician writes it into the configuration. */
import { z } from 'zod'

const shared = {
  /** dots across the paper: 576 on 80 mm, 384 on 58 mm */
  dots: z.union([z.literal(576), z.literal(384)]).default(576),
  /** the printer, or the cable, never answers: what became of a slip is then not known */
  oneWay: z.boolean().default(false),
}

export const zPrinter = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('network'),
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).default(9100),
    ...shared,
  }),
  /** USB or serial, as `/dev/usb/lp0` or `/dev/ttyUSB0` */
  z.object({ by: z.literal('file'), path: z.string().min(1).max(200), ...shared }),
])
export type PrinterConfig = z.infer<typeof zPrinter>
