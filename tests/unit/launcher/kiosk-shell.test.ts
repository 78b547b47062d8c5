/** What the launcher tells the kiosk arrives as it was meant, whatever the commission code begins with. */
import { expect, it } from 'vitest'
import { hostArguments } from '../../../main/shell/launcher/kiosk-shell.ts'
import { readHostOptions } from '../../../main/shell/host-options.ts'

it.each(['Ab12', '-Ab12', '--data', '='])('the code %j', (commission) => {
  const data = '/tmp/kiosk'
  const issuer = 'http://127.0.0.1:4000'
  const args = hostArguments({ data, panel: 'http://127.0.0.1:4001', issuer, commission })
  for (const passOver of [false, true])
    expect(readHostOptions(args, { passOver })).toMatchObject({ data, issuer, commission, demo: true })
})
