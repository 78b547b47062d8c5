/** The two switches of the self-service door, for who can press one or two buttons and nothing else. */
import { z } from 'zod'

/** As `KeyboardEvent.key` names it. */
const zKey = z.string().min(1).max(30)

export const zSwitches = z
  .strictObject({
    /** goes to the next thing that can be pressed; F8 and F9 are neither typed nor taken by the browser */
    next: zKey.default('F8'),
    /** presses it */
    press: zKey.default('F9'),
    /** ms after which the mark goes on by itself, for who has one switch only, which then presses; 0: it does not */
    autoMs: z.number().int().min(0).max(20_000).default(0),
  })
  .refine(({ next, press }) => next !== press, { error: 'the two switches need two keys' })
export type Switches = z.infer<typeof zSwitches>
