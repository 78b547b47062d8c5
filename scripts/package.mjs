/**
 * `npm run package [-- --linux|--win [TARGET]]`: sets up, builds, and has electron-builder make the installers.
 * Electron's own program is not in the npm registry: it is taken from ELECTRON_OVERRIDE_DIST_PATH, from
 * node_modules/electron/dist, from the download cache, or downloaded; where none of that works, it says so and ends.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { projectEnvironment, root, setUp } from './setup.mjs'

const say = (text) => process.stderr.write(`${text}\n`)
const patienceMs = 120_000

/** What electron-builder is told to build for, from its own arguments; this machine's platform without any. */
export function wantedPlatforms(args, here = process.platform) {
  const flags = {
    linux: ['--linux', '-l'],
    win32: ['--win', '--windows', '-w'],
    darwin: ['--mac', '--macos', '-m', '-o'],
  }
  const wanted = Object.keys(flags).filter((platform) => flags[platform].some((flag) => args.includes(flag)))
  return wanted.length > 0 ? wanted : [here]
}

/** The folder with Electron's unpacked program or its zip, or the reason why there is none. */
async function electronFor(platform, arch) {
  const own = createRequire(join(root, 'package.json'))
  const unpacked = [
    process.env.ELECTRON_OVERRIDE_DIST_PATH,
    join(dirname(own.resolve('electron/package.json')), 'dist'),
  ]
  const there = unpacked.find((folder) => folder && existsSync(join(folder, 'version')))
  if (there && platform === process.platform) return { folder: there }
  const { version } = own('electron/package.json')
  const electron = createRequire(own.resolve('electron/package.json'))
  const { downloadArtifact } = electron('@electron/get')
  const download = downloadArtifact({
    version,
    artifactName: 'electron',
    platform,
    arch,
    checksums: electron('./checksums.json'),
  })
  const tooLong = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs).unref()
  })
  try {
    return { folder: dirname(await Promise.race([download, tooLong])) }
  } catch (error) {
    return {
      reason: `Electron ${version} for ${platform}-${arch}: ${String(error?.cause?.message ?? error?.message ?? error).split('\n')[0]}`,
    }
  }
}

async function main(args) {
  setUp()
  for (const platform of wantedPlatforms(args)) {
    const { folder, reason } = await electronFor(platform, process.arch)
    if (!folder) {
      say('No installer was made: Electron itself could not be had from here.')
      say(`  ${reason}`)
      say('Run this where github.com can be reached, or set ELECTRON_MIRROR to a mirror, or put the unpacked')
      say('program into a folder and name it in ELECTRON_OVERRIDE_DIST_PATH.')
      return 1
    }
    const flag = { linux: '--linux', win32: '--win', darwin: '--mac' }[platform]
    const others = args.filter((arg) => !/^(--(linux|win|windows|mac|macos)|-[lwmo])$/.test(arg))
    const command = ['electron-builder', [flag, ...others, `-c.electronDist=${folder}`, '--publish', 'never']]
    const { status } = spawnSync(...command, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: projectEnvironment(),
    })
    if (status !== 0) {
      say(
        'electron-builder could not make the installer: see above. Its own tools, too, come from github.com.',
      )
      return 1
    }
  }
  say('The installers are in release/.')
  return 0
}

if (process.argv[1] && import.meta.filename === process.argv[1])
  process.exit(await main(process.argv.slice(2)))
