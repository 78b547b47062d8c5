/** A whole enrolment with the devices as the faults have left them. */
import { drawFace } from '../../hardware/simulators/camera/face.ts'
import { toJpeg } from '../../hardware/simulators/camera/portrait.ts'
import { demoCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { createCaller } from '../../main/api/router.ts'
import type { Session } from '../../main/api/session.ts'
import type { Host } from '../../main/host.ts'
import { becomes } from './lane.ts'

interface Refused {
  ok: false
  code: string
}
function valueOf<T>(answer: { ok: true; value: T } | Refused): T {
  if (!answer.ok) throw new Error(answer.code)
  return answer.value
}

/** The card lies on the reader. @throws Error - with the code of what refused */
export async function enrolAfter(host: Host): Promise<void> {
  const session: Session = { id: 'window-1', staff: undefined }
  const kiosk = createCaller({ session, services: host.services })
  let names: readonly string[] = []
  const look = setInterval(() => void kiosk.session.names().then((found) => (names = found)), 200)
  await becomes('the staff list is here', () => names.length > 0, 30_000).finally(() => clearInterval(look))
  valueOf(await kiosk.session.signIn({ name: 'Pema Dorji', pin: '246810' }))
  const { id } = valueOf(await kiosk.enrolment.open())
  const read = valueOf(await kiosk.enrolment.readCard({ id }))
  if (read.card !== 'verified') throw new Error('The card was not verified')
  const jpeg = Buffer.from(toJpeg(drawFace(480, 640, demoCitizen.face), 80)).toString('base64')
  valueOf(await kiosk.enrolment.savePortrait({ id, jpeg }))
  for (const slap of ['left', 'right', 'thumbs'] as const) {
    valueOf(await kiosk.enrolment.captureFingers({ id, slap, exceptions: [] }))
  }
  valueOf(await kiosk.enrolment.consent({ id, language: 'dz' }))
  const slip = valueOf(await kiosk.enrolment.submit({ id }))
  if (slip.request !== id) throw new Error('The slip is not of this request')
}
