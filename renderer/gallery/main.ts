/** What every screen is made of, in all its states: for whoever builds a screen. It does not travel with the kiosk. */
import '@fontsource/noto-sans/latin-400.css'
import '@fontsource/noto-sans/latin-600.css'
import '@fontsource/noto-sans-devanagari/devanagari-400.css'
import '@fontsource/noto-sans-devanagari/devanagari-600.css'
import '../lib/ui/jomolhari.css'
import '../lib/ui/tokens.css'
import { mount } from 'svelte'
import Gallery from './Gallery.svelte'

const target = document.getElementById('app')
if (target) mount(Gallery, { target })
