/** What of a visit could still be found afterwards: in the page, in what it can keep, in its memory, in its devices. */
import type { Page } from '@playwright/test'

/** Before the page's own code: counts what it opens and must close again. */
export const watchWhatIsOpened = (page: Page) =>
  page.addInitScript(`{
    const opened = (window.__opened = { urls: new Set(), tracks: [] })
    const create = URL.createObjectURL
    const revoke = URL.revokeObjectURL
    URL.createObjectURL = (one) => { const url = create.call(URL, one); opened.urls.add(url); return url }
    URL.revokeObjectURL = (url) => { opened.urls.delete(url); revoke.call(URL, url) }
    const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await get(wanted)
      opened.tracks.push(...stream.getTracks().map((track) => new WeakRef(track)))
      return stream
    }
  }`)

/** Whatever a page shows or can keep, as one text. */
export const keptByPage = (page: Page) =>
  page.evaluate<string>(`(async () => {
    const databases = await indexedDB.databases()
    const stores = await caches.keys()
    return JSON.stringify({
      dom: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input, textarea, select')].map((one) => one.value),
      session: { ...sessionStorage },
      local: { ...localStorage },
      cookies: document.cookie,
      databases: databases.map(({ name }) => name),
      stores,
      history: JSON.stringify(history.state),
      address: location.href,
      urls: [...window.__opened.urls],
      live: window.__opened.tracks.filter((track) => track.deref()?.readyState === 'live').length,
      speaking: speechSynthesis.speaking || speechSynthesis.pending,
    })
  })()`)

/** @returns those of the texts that are still in the memory of the page's own code, after its rubbish was taken out */
export async function inMemory(page: Page, texts: readonly string[]): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await devtools.send('HeapProfiler.collectGarbage')
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devtools.detach()
  const memory = chunks.join('')
  return texts.filter((text) => memory.includes(JSON.stringify(text).slice(1, -1)))
}
