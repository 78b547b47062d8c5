/** What a fault of the system means to whoever holds the stick. */
export type StickFault =
  'stick.none' | 'stick.gone' | 'stick.full' | 'stick.read-only' | 'stick.failed' | 'stick.not-as-written'

/** @throws the error itself, where it is no fault of a medium but a bug */
export function stickFaultOf(error: unknown): StickFault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') throw error
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'stick.full'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'stick.read-only'
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
      return 'stick.gone'
    default:
      return 'stick.failed'
  }
}
