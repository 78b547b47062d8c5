/** @param seconds left, whole @param write a number as the language writes it @returns `4:05` */
export function clockText(seconds: number, write: (value: number) => string): string {
  const rest = seconds % 60
  return `${write(Math.floor(seconds / 60))}:${rest < 10 ? write(0) : ''}${write(rest)}`
}
