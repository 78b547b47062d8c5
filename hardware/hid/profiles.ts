/** The profiles: read from their folders, and found for a device. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { zProfile, type Profile } from './z-profile.ts'

/** The profiles that come with the kiosk. */
export const ownProfiles = fileURLToPath(new URL('./profiles', import.meta.url))

export interface LoadedProfiles {
  profiles: Profile[]
  /** files that were passed over, and why: one bad file must not take the other devices away */
  faulty: { file: string; why: string }[]
}

/** @param folders a folder that is not there is an empty one; a later folder goes before an earlier one */
export function loadProfiles(folders: readonly string[] = [ownProfiles]): LoadedProfiles {
  const byId = new Map<string, Profile>()
  const faulty: LoadedProfiles['faulty'] = []
  for (const file of folders.flatMap(jsonFiles)) {
    try {
      const profile = zProfile.parse(JSON.parse(readFileSync(file, 'utf8')))
      byId.set(profile.id, profile)
    } catch (error) {
      faulty.push({ file, why: error instanceof z.ZodError ? z.prettifyError(error) : String(error) })
    }
  }
  return { profiles: [...byId.values()], faulty }
}

function jsonFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

/** One interface of a device as the system lists it. */
export interface ListedInterface {
  vendorId: number
  productId: number
  usagePage?: number | undefined
  usage?: number | undefined
}

/** @returns the profile of the very model; else the one of its class; else undefined, and the device is left alone */
export function profileOf(profiles: readonly Profile[], listed: ListedInterface): Profile | undefined {
  const fitting = profiles.filter(({ match }) => fits(match, listed))
  return fitting.find(({ match }) => 'vendor' in match) ?? fitting[0]
}

/** @returns whether both profiles claim one device with the same right */
export function collide(one: Profile, other: Profile): boolean {
  const [a, b] = [one.match, other.match]
  if ('vendor' in a !== 'vendor' in b) return false
  const either = (x: string | undefined, y: string | undefined) => !x || !y || x === y
  if (!either(a.usagePage, b.usagePage) || !either(a.usage, b.usage)) return false
  if (!('vendor' in a) || !('vendor' in b)) return true
  return a.vendor === b.vendor && a.products.some((product) => b.products.includes(product))
}

function fits(match: Profile['match'], { vendorId, productId, usagePage, usage }: ListedInterface): boolean {
  if ('vendor' in match && !(match.vendor === word(vendorId) && match.products.includes(word(productId)))) {
    return false
  }
  const same = (wanted: string | undefined, is: number | undefined) =>
    wanted === undefined || (is !== undefined && word(is) === wanted)
  return same(match.usagePage, usagePage) && same(match.usage, usage)
}

/** A number of 16 bits as profiles write it. */
export const word = (value: number): string => value.toString(16).padStart(4, '0')
