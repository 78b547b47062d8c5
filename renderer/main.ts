import '@fontsource/noto-sans/latin-400.css'
import '@fontsource/noto-sans/latin-600.css'
import '@fontsource/noto-sans-devanagari/devanagari-400.css'
import '@fontsource/noto-sans-devanagari/devanagari-600.css'
import './lib/ui/jomolhari.css'
import './lib/ui/tokens.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { watchCamera } from './lib/camera/report-camera.ts'

// Before the first screen: one that shows a picture asks for the camera at once.
watchCamera()
const target = document.getElementById('app')
if (target) mount(App, { target })
