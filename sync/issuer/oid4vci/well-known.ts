/** Where metadata is looked for: OpenID4VCI 1.0 §12.2.2 puts the well-known part before an issuer's path, drafts behind it. */

/** @returns whether `path` is the place of that document for the issuer at `url` */
export function isWellKnown(path: string, name: string, url: string): boolean {
  const own = new URL(url).pathname.replace(/\/$/, '')
  const known = `/.well-known/${name}`
  return [known, `${known}${own}`, `${own}${known}`].includes(path.replace(/\/$/, ''))
}
