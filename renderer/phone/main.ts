import '@fontsource/noto-sans/latin-400.css'
import '@fontsource/noto-sans/latin-600.css'
import '@fontsource/noto-sans-devanagari/devanagari-400.css'
import '@fontsource/noto-sans-devanagari/devanagari-600.css'
import '../lib/ui/jomolhari.css'
import '../lib/ui/tokens.css'
import './phone.css'
import { mount } from 'svelte'
import PhonePage from './PhonePage.svelte'
import { openSession } from '../lib/camera/camera-session.ts'
import { setCameraSource } from '../lib/camera/camera-source.ts'
import { allowOwnWorkers } from '../lib/trusted-types.ts'

allowOwnWorkers(globalThis, location.href)
setCameraSource((_role, onState) => {
  const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  if (media) return openSession({ media, chosen: async () => undefined, onState, facing: 'environment' })
  onState({ state: 'out', fault: 'camera.absent', label: '' })
  return () => undefined
})
const target = document.getElementById('app')
if (target) mount(PhonePage, { target })
