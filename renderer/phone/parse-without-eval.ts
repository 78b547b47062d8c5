/** The page may not make code out of text, and zod tries to unless it is told: before the first schema is made. */
import { config } from 'zod'

config({ jitless: true })
