/** The bridge's end in the main process: one page, one connection at a time, one session. */
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { IpcMain, WebContents } from 'electron'
import { ulid } from 'ulid'
import { z } from 'zod'
import type { Session } from '../../api/session.ts'
import type { Log } from '../../log.ts'
import type { AcceptConnection } from '../serve-api.ts'
import { channels } from './ipc-channels.ts'
import { isTrustedSender, type IpcSender } from './ipc-sender.ts'
import { ipcSocket, type IpcSocket } from './ipc-socket.ts'

/** As in the browser shell: a portrait of 2 MB as base64 in its message. */
const zText = z.string().max(3_000_000)

type Contents = Pick<WebContents, 'id' | 'send' | 'on' | 'isDestroyed'>

/** @param accept what `serveApi` gave @returns the way to end the page's connection */
export function servePage(
  ipc: Pick<IpcMain, 'on'>,
  contents: Contents,
  { accept, log }: { accept: AcceptConnection; log: Log },
): () => void {
  let connection: IpcSocket | undefined
  let session = newSession()
  const tell = (channel: string, ...texts: string[]) => {
    if (!contents.isDestroyed()) contents.send(channel, ...texts)
  }
  const end = () => {
    connection?.end()
    connection = undefined
  }
  const listen = (channel: string, act: (text: unknown) => void) =>
    ipc.on(channel, (event: IpcSender, text: unknown) => {
      if (isTrustedSender(event, contents.id)) act(text)
      else log('shell.sender-refused', { channel })
    })

  listen(channels.open, () => {
    end()
    connection = ipcSocket({ send: (text) => tell(channels.text, text), ended: () => tell(channels.ended) })
    accept(connection.socket, requestFor('/api'), session)
  })
  listen(channels.text, (text) => {
    const parsed = zText.safeParse(text)
    if (parsed.success) connection?.receive(parsed.data)
    else log('shell.message-refused')
  })
  listen(channels.close, end)
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) end()
  })
  // Whoever was signed in when the page broke must sign in again.
  contents.on('render-process-gone', () => {
    end()
    session = newSession()
  })
  return end
}

function newSession(): Session {
  return { id: ulid(), staff: undefined }
}

/** tRPC looks for its connection parameters in the request of the upgrade; over IPC there is none, so an empty one. */
function requestFor(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.url = url
  return request
}
