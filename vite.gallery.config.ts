import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { textsOfCode } from './scripts/i18n/texts-of-code.ts'

/** The page of all components, for whoever builds a screen (`npm run gallery`): it does not travel with the kiosk. */
export default defineConfig({
  root: 'renderer/gallery',
  base: './',
  plugins: [svelte({ configFile: '../../svelte.config.js' }), textsOfCode()],
  build: { outDir: '../../dist/gallery', emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0 },
})
