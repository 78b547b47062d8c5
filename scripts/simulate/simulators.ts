/** The simulators: how each is started, what its control port takes (docs/processes.md), and which faults it can play. */
import { faults as sbiFaults } from '../../hardware/simulators/sbi/faults.ts'
import { printerFaults } from '../../hardware/simulators/printer/virtual-printer.ts'
import { zCardName } from '../../hardware/simulators/card/card-slot.ts'

export interface SimulatorEntry {
  /** the folder in hardware/simulators */
  name: string
  about: string
  /** after the name */
  options: string
  commands: readonly string[]
  faults: readonly string[]
}

const goodCards: readonly string[] = ['genuine', 'other-citizen', 'passport-pace', 'passport-brainpool']
const otherGood: readonly string[] = ['passport-bac', 'passport-jpeg2000', 'passport-short-only', 'id-card']

export const simulators: readonly SimulatorEntry[] = [
  {
    name: 'card',
    about: 'office cards, passports and identity cards on a virtual PC/SC reader',
    options: '--issuer-key FILE [--pcscd | --vpcd-port N | --vscard SOCKET] [--port N]',
    commands: ['POST /insert', 'POST /remove', 'GET /travel-documents', 'GET /state'],
    faults: [
      ...zCardName.options.filter((card) => ![...goodCards, ...otherGood].includes(card)),
      'pullAfterApdus',
      'silentAfterApdus',
    ],
  },
  {
    name: 'sbi',
    about: 'a fingerprint scanner with its SBI service',
    options: '[--data DIR] [--from N] [--to N] [--device MODEL]… [--record FILE] [--hands-off] [--port N]',
    commands: [
      'POST /finger',
      'POST /fault',
      'POST /scenario',
      'POST /status',
      'POST /service',
      'GET /faults',
      'GET /state',
    ],
    faults: sbiFaults,
  },
  {
    name: 'finger',
    about: 'a sensor and a hand behind libfprint',
    options: '--socket PATH [--port N]',
    commands: [
      ...['POST /finger', 'POST /place', 'POST /lift', 'POST /picture', 'POST /fault'],
      ...['GET /picture.pgm', 'GET /state'],
    ],
    faults: [
      ...['unclear', 'too-short', 'off-centre', 'lift-first', 'device-error', 'vanish'],
      ...['half-picture', 'absurd-size', 'thin-picture', 'hang-up'],
    ],
  },
  {
    name: 'hid',
    about: 'a barcode scanner and a reader of card numbers on USB',
    options: '[--port N]',
    commands: [
      ...['POST /tap', 'POST /scan', 'POST /reports', 'POST /unplug', 'POST /plug', 'POST /fault'],
      'GET /state',
    ],
    faults: ['denied', 'mute', 'broken'],
  },
  {
    name: 'kernel-hid',
    about:
      'the same two in a real kernel, by UHID and a USB gadget: root in a virtual machine (npm run test:vm)',
    options: '[--port N]',
    commands: ['POST /tap', 'POST /scan', 'POST /unplug', 'POST /plug', 'GET /state'],
    faults: ['pullAfterReports'],
  },
  {
    name: 'camera',
    about: 'the picture that Chromium takes for a camera',
    options: '--file CAMERA.y4m [--port N]',
    commands: ['POST /show', 'GET /frame.jpg', 'GET /state'],
    faults: ['blank', 'noise'],
  },
  {
    name: 'printer',
    about: 'a receipt printer that understands ESC/POS and makes a picture of its paper',
    options: '[--printer-port N] [--dots 576|384] [--port N]',
    commands: ['POST /fault', 'GET /paper.png', 'GET /state'],
    faults: printerFaults,
  },
  {
    name: 'stick',
    about: 'a USB stick as the kernel shows it below a folder',
    options: '--root DIR [--port N]',
    commands: ['POST /plug', 'POST /unplug', 'GET /state'],
    faults: ['readOnly'],
  },
  {
    name: 'link',
    about: 'the line between kiosk and issuer',
    options: '--to HOST:PORT [--listen N] [--port N]',
    commands: ['POST /mode', 'GET /state'],
    faults: ['down', 'slow', 'error', 'nonsense'],
  },
  {
    name: 'phone',
    about: "the citizen's phone with its wallets",
    options: '[--port N]',
    commands: ['POST /receive', 'POST /present', 'POST /reset', 'GET /state'],
    faults: [],
  },
]
