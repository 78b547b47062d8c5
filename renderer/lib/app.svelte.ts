/** The page's one connection to its host. */
import { createClient } from './api/client.ts'

const client = createClient()
export const api = client.api
export const connection = client.connection
