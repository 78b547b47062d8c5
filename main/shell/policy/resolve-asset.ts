/** Which file of the built renderer a path of a URL means. Everything else is "not found", whatever it looks like. */
import { realpath, readFile, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** The only kinds of file that are given out. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  // the face finder's network
  '.tflite': 'application/octet-stream',
  // what the text recognition was trained to
  '.gz': 'application/gzip',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
}

export interface AssetPath {
  /** below the renderer's folder, with `/` */
  path: string
  mimeType: string
}

/** Names as Vite makes them. No percent sign: nothing of ours needs one, and so nothing is decoded twice. */
const segment = /^[A-Za-z0-9_@-][A-Za-z0-9_@.-]*$/

/**
 * @param pathname of the URL as it was sent, still percent-encoded
 * @returns what to read, or undefined for anything that is not plainly the name of a file of ours
 */
export function resolveAsset(pathname: string): AssetPath | undefined {
  if (pathname === '/') return { path: 'index.html', mimeType: 'text/html; charset=utf-8' }
  if (!pathname.startsWith('/') || pathname.length > 300) return undefined
  const segments = pathname.slice(1).split('/')
  if (!segments.every((name) => segment.test(name) && !name.endsWith('.'))) return undefined
  const mimeType = mimeTypes[extname(pathname)]
  return mimeType ? { path: segments.join('/'), mimeType } : undefined
}

/**
 * @param root the folder of the built renderer
 * @returns the bytes, or undefined if there is no such file in it; a link that leads out of it is not in it
 */
export async function readAsset(root: string, asset: AssetPath): Promise<Uint8Array | undefined> {
  try {
    const realRoot = await realpath(root)
    const file = await realpath(join(realRoot, ...asset.path.split('/')))
    if (!file.startsWith(realRoot + sep) || !(await stat(file)).isFile()) return undefined
    return await readFile(file)
  } catch {
    return undefined
  }
}
