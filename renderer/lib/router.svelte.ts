/** Which of the three doors is open. It stands in the address, so that a reload comes back to the same door. */

export const doors = ['citizen', 'staff', 'technician'] as const
export type Door = (typeof doors)[number]

/** @param hash of the address, `#/staff` @returns the door it names; the citizen's where it names none */
export const doorOf = (hash: string): Door => doors.find((door) => hash.split('/')[1] === door) ?? 'citizen'

let current = $state<Door>(doorOf(globalThis.location?.hash ?? ''))

export const door = (): Door => current

export function openDoor(next: Door): void {
  location.hash = `#/${next}`
}

/** Called on each change of the address. */
export function followAddress(): void {
  current = doorOf(location.hash)
}
