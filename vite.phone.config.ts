import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { textsOfCode } from './scripts/i18n/texts-of-code.ts'

/** The demonstration's phone, a page of its own: it is not part of the kiosk and does not travel with it. */
export default defineConfig({
  root: 'renderer/phone',
  base: './',
  plugins: [svelte({ configFile: '../../svelte.config.js' }), textsOfCode()],
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/phone',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One page, of which everything is needed: nothing would be gained by loading it in pieces.
    chunkSizeWarningLimit: 1_500,
  },
})
