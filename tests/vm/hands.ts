/** What hands do outside the machine: cards are put on its USB reader and taken off, the reader is unplugged and plugged. */
import type { Simulator } from '../integration/simulator-process.ts'
import { usbReader } from './machine.ts'
import type { Qmp } from './qmp.ts'
import type { Request } from './z-line.ts'

export function createHands(qmp: Qmp, cards: Simulator): (request: Request) => Promise<void> {
  return async (request) => {
    switch (request.do) {
      case 'insert': {
        const { card, pullAfterApdus } = request
        await cards.post('/insert', { card, pullAfterApdus })
        return
      }
      case 'remove':
        await cards.post('/remove')
        return
      case 'unplug-reader':
        await cards.post('/remove')
        return qmp.removeDevice(usbReader.reader)
      case 'plug-reader': {
        const { reader, slot, socket } = usbReader
        await qmp.run('device_add', { driver: 'usb-ccid', id: reader, bus: 'usb.0' })
        return qmp.run('device_add', {
          ...{ driver: 'ccid-card-passthru', id: slot, chardev: socket, bus: `${reader}.0` },
        })
      }
    }
  }
}
