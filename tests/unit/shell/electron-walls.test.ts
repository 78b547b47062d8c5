/** What the sources of the Electron shell must say, and must never say: `shared/reference/electron-security.md` A. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { partition, windowOptions } from '../../../main/shell/electron/window-options.ts'

const folder = fileURLToPath(new URL('../../../main/shell/electron/', import.meta.url))
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) =>
    ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true),
  )

function nodes<T extends ts.Node>(of: (node: ts.Node) => node is T, among = sources): T[] {
  const found: T[] = []
  const visit = (node: ts.Node) => {
    if (of(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  among.forEach(visit)
  return found
}
const source = (name: string) => sources.filter(({ fileName }) => fileName === name)
const calls = (name: string) =>
  nodes(ts.isCallExpression, source(name)).map((call) => call.expression.getText())

describe('the window', () => {
  const preferences = windowOptions('/preload.cjs', true).webPreferences
  it('has every wall written out', () => {
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: false,
    })
  })
  it.each(['webSecurity', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures'])(
    'leaves %s alone',
    (name) => expect(preferences).not.toHaveProperty(name),
  )
  it('keeps nothing on the disk', () => expect(partition).not.toMatch(/^persist:/))
  it('is made with these options and in no other place', () => {
    const made = nodes(ts.isNewExpression).filter((node) =>
      ['BrowserWindow', 'WebContentsView', 'BrowserView'].includes(node.expression.getText()),
    )
    expect(made.map((node) => node.arguments?.[0]?.getText())).toEqual([
      'windowOptions(preloadFile(), installed)',
    ])
  })
})

describe('the sources', () => {
  const names = new Set(nodes(ts.isIdentifier).map((node) => node.text))
  it.each([
    'webSecurity',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'enableBlinkFeatures',
    'openExternal',
    'remote',
    'executeJavaScript',
    'loadFile',
    'openDevTools',
    'setCertificateVerifyProc',
    'bypassCSP',
    'showOpenDialog',
    'fork',
  ])('never name %s', (name) => expect(names.has(name)).toBe(false))

  it('load one address', () => {
    const loads = nodes(ts.isCallExpression).filter((call) => call.expression.getText().endsWith('.loadURL'))
    expect(loads.map((call) => call.arguments[0]?.getText())).toEqual(['ownUrl'])
  })
  it('turn the sandbox on before anything else of the application happens', () => {
    const main = source('main.ts')[0]
    const statements = main?.statements.filter(ts.isExpressionStatement).map((node) => node.getText()) ?? []
    expect(statements[0]).toBe('app.enableSandbox()')
    expect(statements.at(-1)).toBe('start()')
  })
  it('set every handler that can deny', () => {
    const set = ['permissions.ts', 'navigation.ts', 'network.ts'].flatMap(calls).join(' ')
    for (const name of [
      'setPermissionRequestHandler',
      'setPermissionCheckHandler',
      'setDevicePermissionHandler',
      'setDisplayMediaRequestHandler',
      'setUSBProtectedClassesHandler',
      'setWindowOpenHandler',
      'onBeforeRequest',
    ]) {
      expect(set).toContain(name)
    }
    const events = nodes(ts.isStringLiteral).map((node) => node.text)
    for (const name of [
      'select-hid-device',
      'select-serial-port',
      'select-usb-device',
      'will-navigate',
      'will-redirect',
    ]) {
      expect(events).toContain(name)
    }
    expect(events).toEqual(
      expect.arrayContaining(['will-frame-navigate', 'will-attach-webview', 'will-download']),
    )
  })
  it('call every guard from main.ts', () => {
    const guards = nodes(ts.isFunctionDeclaration)
      .map((node) => node.name?.text ?? '')
      .filter((name) => name.startsWith('guard'))
    expect(guards.length).toBeGreaterThanOrEqual(6)
    expect(calls('main.ts')).toEqual(expect.arrayContaining(guards))
  })
  it('hear IPC only through the sender check', () => {
    const listeners = nodes(ts.isCallExpression).filter((call) =>
      /^ipc(Main)?\.(on|once|handle)/.test(call.expression.getText()),
    )
    expect(listeners).toHaveLength(1)
    expect(listeners[0]?.getText()).toContain('isTrustedSender(event, contents.id)')
  })
  it('give the page five functions and never the event', () => {
    const [exposed] = nodes(ts.isCallExpression, source('preload.ts')).filter((call) =>
      call.expression.getText().endsWith('exposeInMainWorld'),
    )
    const object = nodes(ts.isSatisfiesExpression, source('preload.ts'))[0]?.expression
    expect(exposed?.arguments[0]?.getText()).toBe("'kiosk'")
    const properties = object && ts.isObjectLiteralExpression(object) ? object.properties : []
    expect(properties.map((node) => node.name?.getText())).toEqual([
      'open',
      'send',
      'close',
      'onMessage',
      'onClose',
    ])
    expect(object?.getText()).not.toMatch(/listener\(_?event/)
  })
})
