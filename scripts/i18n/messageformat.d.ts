/** What of MessageFormat's compiler is used here; its own types do not serve a module of today's Node. */
declare module '@messageformat/core/compile-module.js' {
  import type { Compiler } from '@messageformat/core'
  export default function compileModule(compiler: Compiler, texts: Record<string, string>): string
}
declare module '@messageformat/core' {
  export interface Compiler {
    readonly options: object
  }
  interface Formatter {
    formatter: (value: unknown, locale: string) => unknown
    id: string
    module: string
  }
  const MessageFormat: new (
    locale: string,
    options: { customFormatters: Record<string, Formatter> },
  ) => Compiler
  export default MessageFormat
}
