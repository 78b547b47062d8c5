/**
 * The Electron bridge in the shape of a WebSocket, as far as tRPC's `wsLink` uses one. A page has one bridge and so at
 * most one open socket: a new one takes the bridge over from the one before.
 */
import type { KioskBridge } from '../../../main/api/bridge.ts'

/** @param bridge `window.kiosk` of the preload @returns a class that can stand where `WebSocket` is asked for */
export function bridgeSocket(bridge: KioskBridge): typeof WebSocket {
  let current: BridgeSocket | undefined
  bridge.onMessage((text) => current?.receive(text))
  bridge.onClose(() => current?.end())
  function takeOver(socket: BridgeSocket): void {
    current?.end()
    current = socket
    bridge.open()
  }

  class BridgeSocket extends EventTarget {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static readonly CLOSED = 3
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSING = 2
    readonly CLOSED = 3
    readyState = 0
    binaryType = 'arraybuffer'
    readonly url: string

    constructor(url: string | URL) {
      super()
      this.url = String(url)
      takeOver(this)
      // As with a real socket, whoever made it has the time to add its listeners: tRPC does so some microtasks later.
      setTimeout(() => {
        if (current !== this) return
        this.readyState = this.OPEN
        this.dispatchEvent(new Event('open'))
      })
    }

    send(text: string): void {
      if (this.readyState !== this.OPEN) throw new DOMException('not open', 'InvalidStateError')
      bridge.send(text)
    }

    close(): void {
      if (current === this) bridge.close()
      this.end()
    }

    receive(text: string): void {
      this.dispatchEvent(new MessageEvent('message', { data: text }))
    }

    end(): void {
      if (this.readyState === this.CLOSED) return
      this.readyState = this.CLOSED
      if (current === this) current = undefined
      this.dispatchEvent(new CloseEvent('close', { code: 1000 }))
    }
  }

  // wsLink uses the part above and is typed for the whole of the DOM's class.
  return BridgeSocket as unknown as typeof WebSocket
}
