/**
 * Makes a clean clone ready: system packages, npm packages, build. Runs on the system's own Node (20 or newer)
 * before anything is installed, so it uses nothing but built-ins. Everything it prints goes to stderr, because
 * some commands keep stdout for their one line of JSON.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildHelper } from './build-helper.mjs'
import { missingSystemPackages, installSystemPackages } from './system-packages.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (text) => process.stderr.write(`${text}\n`)

/** Runs a command in the project's folder; its stdout joins our stderr. @returns whether it succeeded */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  return result.status === 0
}

/** The environment in which every script of the project runs: Node 24 of the project before the system's. */
export function projectEnvironment() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` }
}

/** Reads a stamp that an earlier set-up left, or undefined. */
function stamp(name) {
  try {
    return readFileSync(join(root, 'node_modules', '.cache', 'kiosk', name), 'utf8')
  } catch {
    return undefined
  }
}
function leaveStamp(name, value) {
  const folder = join(root, 'node_modules', '.cache', 'kiosk')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), value)
}

const hashOf = (...texts) =>
  texts.reduce((hash, text) => hash.update(text), createHash('sha256')).digest('hex')

/** Packages whose install scripts are run, and no others: Node 24 itself, and the PC/SC binding, which is compiled. */
const packagesWithScripts = ['node', 'smartcard']

function installPackages() {
  const wanted = hashOf(
    readFileSync(join(root, 'package-lock.json')),
    process.platform,
    process.arch,
    packagesWithScripts.join(),
  )
  if (stamp('packages') === wanted && existsSync(join(root, 'node_modules', '.bin', 'node'))) return
  say('Installing npm packages (a minute or two) …')
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  // npm ci refuses a lock file that lacks optional parts for other systems (cbor-extract); install takes the same versions.
  if (!run('npm', ['ci', ...quiet]) && !run('npm', ['install', '--no-save', ...quiet])) {
    say('npm ci failed: see above. Without its packages nothing can run.')
    process.exit(1)
  }
  for (const name of packagesWithScripts) {
    const built = run('npm', ['rebuild', name, '--ignore-scripts=false', '--loglevel=error'])
    if (!built && name === 'node') {
      say('The Node 24 that the project uses could not be installed.')
      process.exit(1)
    }
    if (!built)
      say(`The native part of "${name}" could not be built: card readers will not work; the rest will.`)
  }
  leaveStamp('packages', wanted)
}

/** Every file that the build depends on, with its size and time of change. */
function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((file) => `${file}:${statSync(file).size}:${statSync(file).mtimeMs}`)
}

/** Builds `dist/` if anything that it is made from has changed since. */
export function build() {
  const lists = ['main', 'renderer', 'hardware', 'sync', 'scripts/i18n'].flatMap(sources)
  const settings = [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'vite.config.ts',
    'vite.phone.config.ts',
    'svelte.config.js',
  ]
  const wanted = hashOf(lists.join('\n'), ...settings.map((file) => readFileSync(join(root, file))))
  if (stamp('build') === wanted && existsSync(join(root, 'dist', 'renderer', 'index.html'))) {
    // Its library may have been installed since; where it still is not, that was said at the build.
    buildHelper()
    return
  }
  say('Building …')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  rmSync(join(root, 'node_modules', '.cache', 'tsc', 'build.tsbuildinfo'), { force: true })
  if (!run('npm', ['run', '--silent', 'build'], { env: projectEnvironment() })) {
    say('The build failed: see above.')
    process.exit(1)
  }
  leaveStamp('build', wanted)
}

/** The whole set-up. Cheap when nothing has changed. */
export function setUp() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) {
    say(`Node ${process.versions.node} is too old: install Node 20 or newer.`)
    process.exit(1)
  }
  const missing = missingSystemPackages()
  if (missing.length > 0) installSystemPackages(missing, say)
  installPackages()
  build()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUp()
