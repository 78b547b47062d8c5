import { defineConfig } from 'vite'

/** The preload, as the sandbox wants it: one CommonJS file that requires nothing but `electron`. */
export default defineConfig({
  build: {
    lib: { entry: 'main/shell/electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    outDir: 'dist/main/shell/electron',
    emptyOutDir: false,
    copyPublicDir: false,
    minify: false,
    target: 'chrome140',
    rolldownOptions: { external: ['electron'] },
  },
})
