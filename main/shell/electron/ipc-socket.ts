/** One connection of the page over IPC, in the shape of a socket of `ws` as far as tRPC's handler uses one. */
import { EventEmitter } from 'node:events'
import type { WebSocket } from 'ws'

export interface IpcSocket {
  /** what `serveApi` is given */
  socket: WebSocket
  /** a text from the page */
  receive(text: string): void
  /** the page has gone */
  end(): void
}

/** @param page what reaches the page's bridge */
export function ipcSocket(page: { send(text: string): void; ended(): void }): IpcSocket {
  const emitter = new EventEmitter()
  const end = () => {
    if (socket.readyState === socket.CLOSED) return
    socket.readyState = socket.CLOSED
    emitter.emit('close')
  }
  const endAndTell = () => {
    if (socket.readyState === socket.CLOSED) return
    end()
    page.ended()
  }
  const socket = Object.assign(emitter, {
    OPEN: 1,
    CLOSED: 3,
    readyState: 1,
    send(text: string) {
      if (socket.readyState === socket.OPEN) page.send(text)
    },
    close: endAndTell,
    terminate: endAndTell,
  })
  return {
    // tRPC is typed for the whole class of `ws` and uses only what is above (`@trpc/server/adapters/ws`).
    socket: socket as unknown as WebSocket,
    receive: (text) => void emitter.emit('message', Buffer.from(text, 'utf8'), false),
    end,
  }
}
