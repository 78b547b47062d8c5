import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Plain JavaScript, as it runs before anything is installed; its types are what this test relies on. */
interface AfterPack {
  default(context: object): Promise<void>
  fuses: { strictlyRequireAllFuses: boolean }
  packedProgram(context: object): string
}
const script = <T>(name: string): Promise<T> => import(join(root, 'scripts', name))
const { default: afterPack, fuses, packedProgram } = await script<AfterPack>('after-pack.mjs')
const { wantedPlatforms } = await script<{ wantedPlatforms(args: string[], here: string): string[] }>(
  'package.mjs',
)

/** electron-builder's own reader and schema, not another version's. */
const builder = createRequire(
  createRequire(join(root, 'package.json')).resolve('electron-builder/package.json'),
)
const yaml: { load(text: string): unknown } = createRequire(builder.resolve('app-builder-lib/package.json'))(
  'js-yaml',
)

const zConfig = z.looseObject({
  files: z.array(z.string()),
  asarUnpack: z.array(z.string()),
  afterPack: z.string(),
  directories: z.object({ buildResources: z.string() }),
  linux: z.looseObject({ target: z.array(z.string()), icon: z.string() }),
  win: z.looseObject({ target: z.array(z.string()), icon: z.string() }),
  extraMetadata: z.object({ main: z.string() }),
})
const raw = yaml.load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))
const config = zConfig.parse(raw)

describe('electron-builder.yml', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
  ajv.addKeyword('typeof')
  const validate = ajv.compile(
    z.record(z.string(), z.unknown()).parse(builder('app-builder-lib/scheme.json')),
  )

  it("is what electron-builder's own schema wants", () => {
    validate(raw)
    expect(validate.errors ?? []).toEqual([])
  })
  it('would be found out by it', () => {
    expect(validate({ ...config, asaar: true })).toBe(false)
    expect(validate({ ...config, nsis: { oneClick: 'no' } })).toBe(false)
    expect(validate({ ...config, linux: { target: 7 } })).toBe(false)
  })
  it('makes AppImage and deb for Linux, and NSIS for Windows', () => {
    expect(config.linux.target).toEqual(['AppImage', 'deb'])
    expect(config.win.target).toEqual(['nsis'])
  })
  it('unpacks every native module of ours', () => {
    const native = ['node-hid', 'smartcard', 'leveldown', '@node-rs/argon2', '@napi-rs/canvas']
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    for (const name of native) {
      expect(dependencies).toHaveProperty([name])
      expect(config.asarUnpack.some((pattern) => pattern.startsWith(`node_modules/${name}`))).toBe(true)
    }
  })
  it('unpacks the fingerprint helper, which is a program', () => {
    expect(config.asarUnpack).toContain('dist/hardware/fingerprint/libfprint/fphelper')
  })
  it('leaves out simulators, the office, and maps', () => {
    for (const pattern of [
      '!dist/hardware/simulators/**',
      '!dist/sync/issuer/**',
      '!**/*.map',
      '!dist/main/shell/launcher/**',
    ]) {
      expect(config.files).toContain(pattern)
    }
    expect(config.files.filter((pattern) => !pattern.startsWith('!'))).toEqual([
      'package.json',
      'LICENSE',
      'dist/**',
    ])
  })
  it('names files that are there', () => {
    const source = config.extraMetadata.main.replace(/^dist\//, '').replace(/\.js$/, '.ts')
    const resources = config.directories.buildResources
    for (const file of [
      source,
      config.afterPack,
      join(resources, config.linux.icon),
      join(resources, config.win.icon),
    ]) {
      expect(existsSync(join(root, file)), file).toBe(true)
    }
  })
})

describe('fuses', () => {
  /** The wire as Electron's program holds it: sentinel, version, length, one character a fuse; here all as it is shipped. */
  const wire = Buffer.concat([
    Buffer.from('some program '),
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100011'),
    Buffer.from(' more of it'),
  ])
  let folder = ''
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-fuses-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['linux', 'win32'])(
    'are set on the packed program of %s as the security reference says',
    async (platform) => {
      const packager = { executableName: 'identity-kiosk', appInfo: { productFilename: 'Identity Kiosk' } }
      const context = { appOutDir: folder, electronPlatformName: platform, packager }
      const program = packedProgram(context)
      writeFileSync(program, wire)
      copyFileSync(program, `${program}.before`)
      await afterPack(context)
      const { version: _version, ...now } = await getCurrentFuseWire(program)
      expect(now).toEqual({
        [FuseV1Options.RunAsNode]: FuseState.DISABLE,
        [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
        [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
        [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
        [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
        [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
        [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
        [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
        [FuseV1Options.WasmTrapHandlers]: FuseState.ENABLE,
      })
      expect(readFileSync(program).length).toBe(readFileSync(`${program}.before`).length)
    },
  )
  it('fail the packing when Electron has one that nobody decided on', async () => {
    const appOutDir = mkdtempSync(join(folder, 'newer-'))
    const newer = Buffer.concat([
      Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, 10]),
      Buffer.from('1011000110'),
    ])
    writeFileSync(join(appOutDir, 'identity-kiosk'), newer)
    const packager = { executableName: 'identity-kiosk', appInfo: { productFilename: 'x' } }
    await expect(afterPack({ appOutDir, electronPlatformName: 'linux', packager })).rejects.toThrow()
    expect(fuses.strictlyRequireAllFuses).toBe(true)
  })
})

it('packages for the platforms that are asked for', () => {
  expect(wantedPlatforms([], 'linux')).toEqual(['linux'])
  expect(wantedPlatforms(['--win', 'nsis'], 'linux')).toEqual(['win32'])
  expect(wantedPlatforms(['-l', 'deb', '-w'], 'darwin')).toEqual(['linux', 'win32'])
})

describe('the fonts of slips and reports', () => {
  it('are in the package, and no others of their kind', () => {
    const drawn = readFileSync(join(root, 'hardware/printer/print-fonts.ts'), 'utf8')
    const files = [...drawn.matchAll(/@fontsource\/[\w-]+\/files\/([\w.-]+)/g)].map(([, file]) => file)
    const pattern = config.files.find((one) => one.startsWith('!node_modules/@fontsource/*/files/')) ?? ''
    const kept = /!\(([^)]*)\)$/.exec(pattern)?.[1]?.split('|') ?? []
    expect(kept.toSorted()).toEqual(files.toSorted())
    expect(files).toHaveLength(4)
  })
})
