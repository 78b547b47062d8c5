/** What the page may use of the machine. Electron grants everything that no handler denies. */
import type { Session } from 'electron'
import type { Log } from '../../log.ts'
import { isOwnPage } from './own-page.ts'

export interface Wish {
  permission: string
  /** origin or URL of the frame that asks */
  from: string
  isMainFrame: boolean
  media: readonly string[]
}

/** @returns whether it is granted: the camera's picture, to our own page itself. Everything else is denied. */
export function isGranted({ permission, from, isMainFrame, media }: Wish): boolean {
  // Portrait, and the QR codes of slips and phones. No microphone: nobody has a reason to listen here.
  const picture = media.length > 0 && media.every((kind) => kind === 'video')
  return permission === 'media' && picture && isMainFrame && isOwnPage(from)
}

/** Sets every handler that there is: a request and a check are asked in different places, devices in others. */
export function guardPermissions(session: Session, log: Log): void {
  const decide = (wish: Wish) => {
    const granted = isGranted(wish)
    if (!granted) log('shell.permission-denied', { permission: wish.permission })
    return granted
  }
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : []
    answer(decide({ permission, from: details.requestingUrl, isMainFrame: details.isMainFrame, media }))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    // `enumerateDevices` checks with the kind left open; which kind is opened then comes as a request.
    const media =
      details.mediaType === undefined || details.mediaType === 'unknown' ? ['video'] : [details.mediaType]
    return decide({
      permission,
      from: details.requestingUrl ?? origin,
      isMainFrame: details.isMainFrame,
      media,
    })
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null))
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses)
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault()
    choose('')
  })
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault()
    choose('')
  })
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault()
    choose()
  })
}
