/**
 * The whole demonstration: issuer, link, devices, phone, panel and kiosk, started in the order in which each needs
 * what the one before it says. Reads like a parts list.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ChildProcesses, type RunningChild } from './child-processes.ts'
import { startKiosk, type KioskShell } from './kiosk-shell.ts'
import { fingerCheckOf, startFinger } from './start-finger.ts'
import { startPanel, type Panel } from './panel-server.ts'
import { startPhoneServer, type PhoneServer } from './phone-server.ts'
import { phoneFolder } from '../renderer-folder.ts'

const zUrl = z.object({ url: z.url() })
const zSignIns = z.array(z.object({ name: z.string(), pin: z.string(), role: z.string() }))
const zIssuer = zUrl.extend({
  commission: z.string().optional(),
  demo: z.object({ signIns: zSignIns }).optional(),
})
const zCard = zUrl.extend({ csca: z.base64(), pcscSocket: z.string().optional() })
const zSbi = zUrl.extend({
  root: z.string(),
  ftmRoot: z.string(),
  revoked: z.array(z.string()),
  sbiPort: z.number().int().optional(),
})
const zCamera = zUrl.extend({ file: z.string() })
const zLink = zUrl.extend({ through: z.url() })
const zPrinter = zUrl.extend({ printerPort: z.number().int() })
const zStick = zUrl.extend({ root: z.string() })
const zHid = zUrl.extend({ env: z.record(z.string(), z.string()) })
const zPhone = zUrl.extend({ wallet: z.string() })

export interface Demonstration {
  /** which shell the kiosk runs in; Electron's has its window with it */
  shell: KioskShell['shell']
  kiosk: string
  issuer: string
  panel: string
  signIns: z.infer<typeof zSignIns>
  simulators: Record<string, string>
  cameraFile: string
  wallet: string
  /** the phone as a page: in a second window, and for a real phone on the network */
  phonePage: Pick<PhoneServer, 'url' | 'network'>
  close(): Promise<void>
}

interface Options {
  data: string
  port: number
  /** path of Electron's program; without it the kiosk runs in the browser shell */
  electron: string | undefined
  onUnexpectedEnd: (name: string, code: number | null) => void
}

const free = ['--port', '0']

/** Starts everything. @throws StartFailure - when a part does not come up; what had started is ended first */
export async function startDemonstration(options: Options): Promise<Demonstration> {
  const { data, port, electron, onUnexpectedEnd } = options
  const children = new ChildProcesses(onUnexpectedEnd)
  let panel: Panel | undefined
  let phonePage: PhoneServer | undefined
  const close = async () => {
    await children.close()
    await panel?.close()
    await phonePage?.close()
  }
  try {
    const folder = (name: string) => {
      const path = join(data, name)
      mkdirSync(path, { recursive: true, mode: 0o700 })
      return path
    }
    const known = rememberedPorts(data)
    const sbi = await children.start({
      name: 'fingerprint scanner',
      path: 'hardware/simulators/sbi/main',
      args: [...free, '--data', join(data, 'simulators')],
      ready: zSbi,
    })
    const { root, ftmRoot, revoked } = sbi.ready
    const scanners = join(folder('issuer'), 'scanners.json')
    writeFileSync(scanners, JSON.stringify({ roots: [root], ftmRoots: [ftmRoot], revoked }))
    const issuer = await children.start({
      name: 'issuer',
      path: 'sync/issuer/main',
      args: ['--data', folder('issuer'), '--port', String(known.issuer), '--demo', '--scanners', scanners],
      ready: zIssuer,
    })
    const at = new URL(issuer.ready.url)
    const key = join(data, 'issuer', 'keys', 'signing.jwk.json')
    const camera = join(folder('simulators'), 'camera.y4m')
    const [link, card, eye, phone, hid, finger, printer, stick] = await Promise.all([
      children.start({
        name: 'link',
        path: 'hardware/simulators/link/main',
        args: [...free, '--listen', String(known.link), '--to', at.host],
        ready: zLink,
      }),
      startCard(children, key),
      children.start({
        name: 'camera',
        path: 'hardware/simulators/camera/main',
        args: [...free, '--file', camera],
        ready: zCamera,
      }),
      children.start({
        name: 'phone',
        path: 'hardware/simulators/phone/main',
        args: free,
        ready: zPhone,
      }),
      startHid(children),
      startFinger(children, join(data, 'simulators', 'finger.sock')),
      children.start({
        name: 'printer',
        path: 'hardware/simulators/printer/main',
        args: free,
        ready: zPrinter,
      }),
      children.start({
        name: 'stick',
        path: 'hardware/simulators/stick/main',
        args: [...free, '--root', folder('stick')],
        ready: zStick,
      }),
    ])
    const simulators = {
      ...(card && { card: card.ready.url }),
      sbi: sbi.ready.url,
      camera: eye.ready.url,
      link: link.ready.url,
      phone: phone.ready.url,
      printer: printer.ready.url,
      stick: stick.ready.url,
      ...(hid && { hid: hid.ready.url }),
      ...(finger && { finger: finger.ready.url }),
    }
    phonePage = await startPhoneServer({
      root: phoneFolder(),
      data: folder('phone'),
      issuer: issuer.ready.url,
      camera: eye.ready.url,
      ports: { here: known.phone, network: known.phoneNetwork },
      now: Date.now(),
    })
    writeFileSync(
      portsFile(data),
      JSON.stringify({
        issuer: portOf(issuer.ready.url),
        link: portOf(link.ready.through),
        phone: portOf(phonePage.url),
        phoneNetwork: phonePage.network === undefined ? 0 : portOf(phonePage.network),
      }),
    )
    // The issuer checks again what a passport says, by the same country.
    if (card) {
      const csca = join(folder('issuer/country-certificates'), 'demonstration.der')
      writeFileSync(csca, Buffer.from(card.ready.csca, 'base64'))
    }
    panel = await startPanel({ simulators, phone: phonePage })
    writeFileSync(
      join(folder('kiosk'), 'config.json'),
      JSON.stringify(
        {
          demo: true,
          sbi: { env: 'Staging' },
          ...(card && { travelDocuments: { trusted: [card.ready.csca] } }),
          ...(hid && { hid: { environment: hid.ready.env } }),
          ...fingerCheckOf(finger),
          printer: { by: 'network', host: '127.0.0.1', port: printer.ready.printerPort },
          removable: { root: stick.ready.root },
        },
        null,
        2,
      ),
    )
    const kiosk = await startKiosk(children, {
      data: join(data, 'kiosk'),
      port,
      electron,
      cameraFile: eye.ready.file,
      issuer: link.ready.through,
      commission: issuer.ready.commission,
      panel: panel.url,
      pcscSocket: card?.ready.pcscSocket,
    })
    if (kiosk.shell === 'browser') panel.onKioskLinkWanted(() => freshLink(kiosk.child))
    return {
      shell: kiosk.shell,
      kiosk: kiosk.child.ready.url,
      issuer: issuer.ready.url,
      panel: panel.url,
      signIns: issuer.ready.demo?.signIns ?? [],
      simulators,
      cameraFile: eye.ready.file,
      wallet: phone.ready.wallet,
      phonePage,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const zPort = z.number().int()
const zPorts = z.object({
  issuer: zPort,
  link: zPort,
  phone: zPort.default(0),
  phoneNetwork: zPort.default(0),
})
const portsFile = (data: string) => join(data, 'ports.json')
const portOf = (url: string) => Number(new URL(url).port)

/**
 * The kiosk was commissioned for an address, credentials name it, and a browser keeps a phone's IDs under it: a later start
 * takes the same ports again.
 */
function rememberedPorts(data: string): z.infer<typeof zPorts> {
  try {
    return zPorts.parse(JSON.parse(readFileSync(portsFile(data), 'utf8')))
  } catch {
    return { issuer: 0, link: 0, phone: 0, phoneNetwork: 0 }
  }
}

/** The card simulator needs pcscd and vpcd; without them the kiosk runs and says that there is no card reader. */
async function startCard(children: ChildProcesses, issuerKey: string) {
  if (!existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so')) {
    process.stderr.write('No virtual card reader on this machine (vsmartcard-vpcd): going on without one.\n')
    return undefined
  }
  return children.start({
    name: 'card',
    path: 'hardware/simulators/card/main',
    args: [...free, '--issuer-key', issuerKey, '--pcscd'],
    ready: zCard,
  })
}

/** The HID simulator needs umockdev and a C compiler; without them the kiosk has no barcode scanner, as many have none. */
async function startHid(children: ChildProcesses) {
  try {
    return await children.start({
      name: 'hid',
      path: 'hardware/simulators/hid/main',
      args: free,
      ready: zHid,
    })
  } catch {
    process.stderr.write(
      'No virtual barcode scanner on this machine (umockdev, gcc): going on without one.\n',
    )
    return undefined
  }
}

/** Asks the running kiosk for another one-time address. */
function freshLink(kiosk: RunningChild<{ url: string }>): Promise<string> {
  return new Promise((resolve) => {
    kiosk.process.stdout?.once('data', (data: Buffer) => {
      resolve(z.object({ link: z.url() }).parse(JSON.parse(data.toString('utf8'))).link)
    })
    kiosk.process.stdin?.write('link\n')
  })
}
