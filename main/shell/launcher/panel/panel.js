// The panel's hands: each button is one call to one simulator. No framework: it is a tool of the demonstration.
import { prepareZXingModule, readBarcodes } from './zxing.js'

prepareZXingModule({ overrides: { locateFile: () => new URL('zxing_reader.wasm', location.href).href } })

const $ = (id) => document.getElementById(id)
const tell = (text) => {
  $('message').textContent = text
}

/** Calls a simulator; what goes wrong is told at the bottom of the page. */
async function call(simulator, path, body) {
  const response = await fetch(`simulators/${simulator}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch(() => undefined)
  if (!response) return tell('The panel lost its launcher. Start the demonstration again.')
  const answer = await response.json().catch(() => ({}))
  if (!response.ok)
    return tell(`${simulator}: ${answer.error ?? answer.message ?? `answered ${response.status}`}`)
  tell('')
  return answer
}

const on = (id, work) => $(id).addEventListener('click', () => void work().then(refresh))

on('card-insert', () => call('card', 'insert', { card: $('card-kind').value }))
on('card-remove', () => call('card', 'remove', {}))

on('scan', () => call('hid', 'scan', { text: $('scan-text').value }))
on('tap', () => call('hid', 'tap', { uid: '04a1b2c3d4e5f6' }))
on('hid-unplug', () => call('hid', 'unplug', {}))
on('hid-plug', () => call('hid', 'plug', {}))

async function press(person, finger = 1) {
  const impression = Math.floor(Math.random() * 1_000_000)
  if (await call('finger', 'finger', { person, finger, impression, quality: $('check-quality').value }))
    await call('finger', 'place', {})
}
on('check-own', () => press(1))
on('check-wrong', () => press(1, 2))
on('check-other', () => press(2))
on('check-five', async () => {
  for (let time = 0; time < 5; time += 1) {
    await press(1)
    await new Promise((resolve) => setTimeout(resolve, 700))
  }
})

const finger = (present) => call('sbi', 'finger', { quality: Number($('quality').value), present })
$('quality').addEventListener('input', () => ($('quality-shown').value = $('quality').value))
$('quality').addEventListener('change', () => void finger(true).then(refresh))
on('finger-place', () => finger(true))
on('finger-lift', () => finger(false))
on('sbi-break', () => call('sbi', 'fault', { fault: $('sbi-fault').value }))
on('sbi-mend', () => call('sbi', 'fault', { fault: null }))
on('sbi-down', () => call('sbi', 'service', { up: false }))
on('sbi-up', () => call('sbi', 'service', { up: true }))

for (const button of document.querySelectorAll('[data-show]')) {
  button.addEventListener(
    'click',
    () => void call('camera', 'show', { show: button.dataset.show }).then(refresh),
  )
}
async function showZone(which) {
  const documents = await call('card', 'travel-documents')
  if (documents) await call('camera', 'show', { show: 'zone', zone: documents[which] })
}
on('zone-passport', () => showZone('passport'))
on('zone-card', () => showZone('idCard'))
on('code-show', () => call('camera', 'show', { show: 'qr', text: $('code').value.trim() }))

for (const button of document.querySelectorAll('[data-link]')) {
  button.addEventListener(
    'click',
    () => void call('link', 'mode', { mode: button.dataset.link }).then(refresh),
  )
}

for (const button of document.querySelectorAll('[data-printer]')) {
  button.addEventListener(
    'click',
    () => void call('printer', 'fault', { fault: button.dataset.printer || null }).then(refresh),
  )
}
on('stick-plug', () => call('stick', 'plug', {}))
on('stick-lock', () => call('stick', 'plug', { readOnly: true }))
on('stick-pull', () => call('stick', 'unplug', {}))

let answer = ''
on('phone-receive', async () => {
  tell('The phone is asking the issuer …')
  const got = await call('phone', 'receive', {
    offer: $('phone-code').value.trim(),
    txCode: $('tx-code').value.trim(),
  })
  if (got) tell('The phone has the credential.')
})
on('phone-present', async () => {
  const got = await call('phone', 'present', { request: $('phone-code').value.trim() })
  if (!got) return
  answer = got.answer
  tell('The phone has an answer. Hold it to the camera.')
})
on('phone-hold', () => call('camera', 'show', { show: 'qr', text: answer }))
on('phone-reset', () => call('phone', 'reset', {}))

// The phone looks at a window of this screen, as a real one would through its camera.
on('phone-look', async () => {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => undefined)
  if (!stream) return tell('No window was chosen.')
  try {
    const video = document.createElement('video')
    video.srcObject = stream
    await video.play()
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    const pen = canvas.getContext('2d')
    for (let tries = 0; tries < 20; tries += 1) {
      pen.drawImage(video, 0, 0)
      const picture = pen.getImageData(0, 0, canvas.width, canvas.height)
      const [code] = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true })
      if (code) {
        $('phone-code').value = code.text
        return tell('The phone has read a code.')
      }
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    tell('There is no code in that window.')
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
})

on('open-kiosk', async () => {
  const response = await fetch('kiosk-link', { method: 'POST' })
  if (response.ok) window.open((await response.json()).link, 'kiosk')
})

async function showPhonePage() {
  const response = await fetch('phone-page').catch(() => undefined)
  if (!response?.ok) return
  const { url, network, code } = await response.json()
  $('page-here').href = url
  if (!network) return
  $('page-network').textContent = `A real phone on this network: ${network} (accept its certificate)`
  $('page-code').src = URL.createObjectURL(new Blob([code], { type: 'image/svg+xml' }))
  $('page-code').hidden = false
}
void showPhonePage()

/** Shows what each simulator says of itself. */
async function refresh() {
  const [card, sbi, link, phone, hid, check, printer, stick] = await Promise.all(
    ['card', 'sbi', 'link', 'phone', 'hid', 'finger', 'printer', 'stick'].map((name) =>
      fetch(`simulators/${name}/state`).then(
        (response) => (response.ok ? response.json() : undefined),
        () => undefined,
      ),
    ),
  )
  $('card-state').textContent = card
    ? card.card
      ? `On the reader: ${card.card}`
      : 'No card on the reader'
    : 'No card simulator here'
  $('hid-state').textContent = hid ? describeHid(hid) : 'No HID simulator here'
  $('check-state').textContent = check
    ? check.connected
      ? 'The scanner is open'
      : 'Nobody has opened the scanner'
    : 'No finger simulator here'
  $('sbi-state').textContent = sbi ? describeScanner(sbi) : 'No fingerprint simulator here'
  $('link-state').textContent = link ? `The link is: ${link.mode}` : 'No link simulator here'
  for (const button of document.querySelectorAll('[data-link]')) {
    button.setAttribute('aria-pressed', String(button.dataset.link === link?.mode))
  }
  $('phone-state').textContent = phone ? describePhone(phone) : 'No phone here'
  if (sbi?.faults && $('sbi-fault').options.length === 0) {
    for (const name of sbi.faults) $('sbi-fault').add(new Option(name, name))
  }
  showPrinter(printer)
  $('stick-state').textContent = stick
    ? stick.plugged
      ? `Plugged in${stick.readOnly ? ', locked' : ''}`
      : 'Not plugged in'
    : 'No stick simulator here'
  $('stick-files').textContent = stick?.files.join(', ') ?? ''
  $('camera-picture').src = `simulators/camera/frame.jpg?${Date.now()}`
}

let slipsShown = 0
function showPrinter(printer) {
  $('printer-state').textContent = printer
    ? `${printer.fault ?? 'In order'}, ${printer.printed} printed`
    : 'No printer simulator here'
  for (const button of document.querySelectorAll('[data-printer]')) {
    button.setAttribute('aria-pressed', String(button.dataset.printer === (printer?.fault ?? '')))
  }
  if (!printer || printer.printed === slipsShown) return
  slipsShown = printer.printed
  $('paper-picture').src = `simulators/printer/paper.png?${slipsShown}`
  $('paper-picture').hidden = false
  $('paper-none').hidden = true
}

function describeHid({ scanner, reader }) {
  const one = (name, { plugged, openBy }) =>
    `${name} ${!plugged ? 'unplugged' : openBy ? 'in use' : 'plugged in'}`
  return `${one('Scanner', scanner)}, ${one('reader', reader)}`
}

function describeScanner({ present, quality, status, fault, up }) {
  if (up === false) return 'Unplugged'
  return `${status ?? 'Ready'}, ${present ? `fingers placed, quality ${quality}` : 'no fingers'}${fault ? `, fault: ${fault}` : ''}`
}

function describePhone({ credentials = [], wallet }) {
  const held = credentials.length
    ? `holds ${credentials.map((c) => c.format ?? c).join(' and ')}`
    : 'holds no credential'
  return `${held}${wallet ? ` · ${wallet}` : ''}`
}

void refresh()
setInterval(() => void refresh(), 2_000)
