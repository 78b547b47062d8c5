/** The two dialects of the protocol that devices in the field speak (sbi.md §1): the same messages under other names. */
export const dialects = {
  '0.9.5': { discover: 'MOSIPDISC', info: 'MOSIPDINFO', which: 'deviceId' },
  '1.0': { discover: 'SBIDISC', info: 'SBIINFO', which: 'serialNo' },
} as const
export type Dialect = keyof typeof dialects
export type Purpose = 'Registration' | 'Auth'

/** @param said what a device says that it speaks, the first being what it speaks now */
export function dialectOf(said: readonly string[]): Dialect | undefined {
  return said.find((version): version is Dialect => version in dialects)
}

/** @returns the field by which the dialect names a device in a request */
export function named(dialect: Dialect, id: string): Record<string, string> {
  return { [dialects[dialect].which]: id }
}

/** UTC without milliseconds: what both dialects' services read. */
export const sbiTime = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Whether the digital id is signed inside a secure chip, by a key of the FTM authority (`L1`, in 1.0 `SBI 2.0`). */
export const isSecureChip = (certification: string) => certification === 'L1' || certification === 'SBI 2.0'
