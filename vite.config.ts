import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { firstScreen } from './scripts/first-screen.ts'
import { textsOfCode } from './scripts/i18n/texts-of-code.ts'

/** The screens. Everything they need is in dist/renderer; nothing is fetched from anywhere else. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' }), textsOfCode(), firstScreen()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // An inlined asset becomes a data: URL, which the content security policy refuses for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
