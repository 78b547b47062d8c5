/**
 * For Vite: the page names at once what its first screen needs, so that a slow machine fetches it beside the program and
 * not after it: the citizen's door, and the letters of the three languages that stand on it.
 */
import type { HtmlTagDescriptor, IndexHtmlTransformContext, Plugin } from 'vite'

const door = 'CitizenDoor'
const letters =
  /(noto-sans-latin-[46]00|noto-sans-devanagari-devanagari-[46]00|jomolhari-tibetan-400)-normal-[\w-]+\.woff2$/

type Bundled = NonNullable<IndexHtmlTransformContext['bundle']>[string]

const link = (attrs: Record<string, string>): HtmlTagDescriptor => ({ tag: 'link', attrs, injectTo: 'head' })

const isEntry = (file: Bundled | undefined) => file?.type === 'chunk' && file.isEntry

export function firstScreen(): Plugin {
  return {
    name: 'first-screen',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const files = Object.values(bundle)
        const first = files.find((file) => file.type === 'chunk' && file.name === door)
        if (first?.type !== 'chunk') return []
        const styles = [first, ...first.imports.map((name) => bundle[name])].flatMap((file) =>
          file?.type === 'chunk' ? [...(file.viteMetadata?.importedCss ?? [])] : [],
        )
        const fonts = files.map(({ fileName }) => fileName).filter((name) => letters.test(name))
        return [
          ...[first.fileName, ...first.imports.filter((name) => !isEntry(bundle[name]))].map((file) =>
            link({ rel: 'modulepreload', crossorigin: '', href: `./${file}` }),
          ),
          ...styles.map((file) => link({ rel: 'preload', as: 'style', crossorigin: '', href: `./${file}` })),
          ...fonts.map((file) =>
            link({ rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `./${file}` }),
          ),
        ]
      },
    },
  }
}
