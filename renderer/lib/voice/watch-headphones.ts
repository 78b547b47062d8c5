/** Notices that headphones were plugged in: one more way out for sound than before. No permission is needed to count. */

/** What of `navigator.mediaDevices` is used. */
export interface SoundDevices extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  enumerateDevices: () => Promise<readonly { kind: string }[]>
}

/** @param onChange true when there are more, false when there are fewer @returns ends the watch */
export function watchHeadphones(devices: SoundDevices, onChange: (plugged: boolean) => void): () => void {
  let known: number | undefined
  let ended = false
  async function look(): Promise<void> {
    const now = await devices
      .enumerateDevices()
      .then((all) => all.filter(({ kind }) => kind === 'audiooutput').length)
      .catch(() => known)
    if (ended || now === undefined) return
    if (known !== undefined && now !== known) onChange(now > known)
    known = now
  }
  const changed = () => void look()
  void look()
  devices.addEventListener('devicechange', changed)
  return () => {
    ended = true
    devices.removeEventListener('devicechange', changed)
  }
}
