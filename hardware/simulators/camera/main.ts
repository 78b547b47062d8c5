/** The virtual camera: `main.ts --port N --file CAMERA.y4m [--parent PID]` (docs/processes.md). */
import { parseArgs } from 'node:util'
import { endWithOwner } from '../../process-owner.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { zScene } from './scene.ts'
import { createVirtualCamera } from './virtual-camera.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    file: { type: 'string' },
    parent: { type: 'string' },
  },
})

async function main(): Promise<void> {
  if (!values.file) throw new Error('--file is missing: the file that Chromium is told to read')
  const camera = await createVirtualCamera(values.file)
  await camera.show({ show: 'face' })
  const control = await startControlServer(Number(values.port), {
    'GET /state': () => ({ show: camera.showing() }),
    'GET /frame.jpg': () => ({ type: 'image/jpeg', bytes: camera.jpeg() }),
    'POST /show': async (body) => {
      if (!(await camera.show(zScene.parse(body))))
        throw new BadCall('Too long for a QR code (2953 bytes), or a zone without its font (fonts-ocr-b)')
      return { show: camera.showing() }
    },
  })
  endWithOwner(process.argv, async () => {
    await control.close()
    await camera.close()
  })
  sayReady({ ready: 'camera', url: control.url, file: values.file })
}

await main()
