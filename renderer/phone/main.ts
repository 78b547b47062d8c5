import './parse-without-eval.ts'
import '@fontsource/noto-sans/latin-400.css'
import '@fontsource/noto-sans/latin-600.css'
import '@fontsource/noto-sans-devanagari/devanagari-400.css'
import '@fontsource/noto-sans-devanagari/devanagari-600.css'
import '../lib/ui/jomolhari.css'
import '../lib/ui/tokens.css'
import './phone.css'
import { mount } from 'svelte'
import PhonePage from './PhonePage.svelte'
import { setCameraSource } from '../lib/camera/camera-source.ts'
import { phoneCamera } from './phone-camera.ts'
import { allowOwnWorkers } from '../lib/trusted-types.ts'

allowOwnWorkers(globalThis, location.href)
setCameraSource(phoneCamera)
const target = document.getElementById('app')
if (target) mount(PhonePage, { target })
