import type { Failure } from './api/answer.ts'

/** @returns whether a write failed for want of room, whatever library wrapped the system's error */
export function isDiskFull(error: unknown): boolean {
  const texts = [error, error instanceof Error ? error.cause : undefined].filter(
    (one) => one instanceof Error,
  )
  return texts.some(
    (one) =>
      ('code' in one && (one.code === 'ENOSPC' || one.code === 'EDQUOT')) ||
      /ENOSPC|No space left|quota exceeded/i.test(describe(one)),
  )
}

/** PouchDB keeps what LevelDB said in `reason`. */
function describe(error: Error): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : ''
  return `${error.message} ${reason}`
}

/** @returns the code for a write that the disk refused @throws what is no failure of the disk */
export function saveFailure(error: unknown): Failure {
  if (isDiskFull(error)) return { code: 'save.disk-full' }
  if (error instanceof Error && ('status' in error || 'errno' in error)) return { code: 'save.failed' }
  throw error
}
