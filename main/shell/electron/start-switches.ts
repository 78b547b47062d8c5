/** Switches that would open an installed kiosk to whoever starts it. Fuses stop most of them; this stops the rest. */

const refused = [
  /^--(inspect|debug)/,
  /^--remote-debugging-/,
  /^--remote-allow-origins/,
  /^--no-sandbox$/,
  /^--disable-(web-security|site-isolation|gpu-sandbox|setuid-sandbox|seccomp)/,
  /^--(load-extension|js-flags|proxy-|host-rules|host-resolver-rules|ignore-certificate|unsafely-|user-agent)/,
  // A picture file in place of the camera would let anybody hold up anybody's face.
  /^--use-(fake|file-for-fake)/,
  /^--auto-accept/,
  /^--password-store=basic/,
]

/** @param args of the command line @returns those that an installed kiosk does not start with */
export function refusedSwitches(args: readonly string[]): string[] {
  return args.filter((arg) => refused.some((pattern) => pattern.test(arg.toLowerCase().replace(/^-+/, '--'))))
}
