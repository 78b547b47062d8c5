/** A drawer of the browser's own store (IndexedDB), where keys lie that can be used and not read. */

export interface BrowserStore {
  read(name: string): Promise<unknown>
  write(entries: Record<string, unknown>): Promise<void>
}

const drawer = 'kept'

/** @throws where the browser keeps nothing, as in some private windows */
export async function openBrowserStore(name: string): Promise<BrowserStore> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(drawer)
  const database = await settled(opening)
  // Another window of this page that starts afresh must not wait for us.
  database.onversionchange = () => database.close()
  return {
    read: (key) => settled(database.transaction(drawer).objectStore(drawer).get(key)),
    write: (entries) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(drawer, 'readwrite', { durability: 'strict' })
        for (const [key, value] of Object.entries(entries)) transaction.objectStore(drawer).put(value, key)
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      }),
  }
}

export async function forgetBrowserStore(name: string): Promise<void> {
  await settled(indexedDB.deleteDatabase(name))
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
