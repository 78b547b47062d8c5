/** Called by electron-builder between packing and signing: sets the fuses of Electron's own program. */
import { join } from 'node:path'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'

/** A fuse that is off stays off for good: nobody can start an installed kiosk as a Node that runs any script. */
export const fuses = {
  version: FuseVersion.V1,
  // A fuse that a later Electron adds must be decided on here, or packing fails.
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // Checked by Electron on Windows and macOS; on Linux the package's files belong to root.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
}

/** Where the program lies in a packed folder. */
export function packedProgram({ appOutDir, electronPlatformName, packager }) {
  const product = packager.appInfo.productFilename
  switch (electronPlatformName) {
    case 'win32':
      return join(appOutDir, `${product}.exe`)
    case 'darwin':
      return join(appOutDir, `${product}.app`)
    default:
      return join(appOutDir, packager.executableName)
  }
}

export default async function afterPack(context) {
  await flipFuses(packedProgram(context), fuses)
}
