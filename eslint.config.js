import js from '@eslint/js'
import { importX } from 'eslint-plugin-import-x'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** The arrows that may exist between rooms; every other one fails the build. */
const arrows = [
  { target: './hardware', from: ['./main', './sync', './renderer', './tests', './scripts'] },
  { target: './sync', from: ['./main', './hardware', './renderer', './tests', './scripts'], except: [] },
  { target: './main', from: ['./renderer', './tests', './scripts'] },
  { target: './renderer', from: ['./hardware', './sync', './tests', './scripts'] },
  { target: './renderer', from: './main', except: ['./api'] },
  // What can be seen in a picture: the page and the host ask the same of it.
  { target: './picture', from: ['./main', './hardware', './sync', './renderer', './tests', './scripts'] },
  { target: './hardware', from: './picture' },
  { target: './sync', from: './picture' },
  { target: './renderer/citizen', from: ['./renderer/staff', './renderer/technician'] },
  { target: './renderer/staff', from: ['./renderer/citizen', './renderer/technician'] },
  { target: './renderer/technician', from: ['./renderer/citizen', './renderer/staff'] },
  // A phone is not the kiosk's: of the kiosk's page it shares what lies in lib and nothing else.
  {
    target: './renderer/phone',
    from: ['./main', './renderer/citizen', './renderer/staff', './renderer/technician', './renderer/lib/api'],
  },
  { target: ['./renderer/citizen', './renderer/staff', './renderer/technician'], from: './renderer/phone' },
  {
    target: './renderer/lib',
    from: ['./renderer/citizen', './renderer/staff', './renderer/technician', './renderer/phone'],
  },
]
const message = 'This arrow is not in the architecture: see "How it is built" in the README.'
const zones = (list) => ({
  'import-x/no-restricted-paths': ['error', { zones: list.map((z) => ({ ...z, message })) }],
})
const withoutSyncRule = arrows.filter((zone) => zone.target !== './sync')
const issuerRule = { target: './sync/issuer', from: ['./hardware', './renderer', './tests', './scripts'] }

export default ts.config(
  {
    ignores: [
      'dist',
      'release',
      'node_modules',
      'test-results',
      'playwright-report',
      'coverage',
      'renderer/lib/i18n/compiled',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.svelte', '.json'] } } },
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    rules: {
      ...zones(arrows),
      'no-undef': 'off', // the type checker knows better
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['sync/issuer/**'],
    rules: zones([
      ...withoutSyncRule,
      issuerRule,
      {
        target: './sync/issuer',
        from: './main',
        except: ['./credentials'],
      },
    ]),
  },
  {
    files: ['hardware/**', 'sync/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', message: 'Only main/shell/electron may know Electron.' }] },
      ],
    },
  },
  {
    files: ['main/**'],
    ignores: ['main/shell/electron/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', message: 'Only main/shell/electron may know Electron.' }] },
      ],
    },
  },
  {
    files: ['renderer/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/main/**'],
              allowTypeImports: true,
              message: 'A screen may import types of the contract, never code of the host.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } },
  },
  {
    files: [
      'scripts/**',
      'tests/bench/**',
      'tests/faults/**',
      'tests/journey/**',
      'tests/vm/**',
      '*.config.*',
    ],
    rules: { 'no-console': 'off' },
  },
)
