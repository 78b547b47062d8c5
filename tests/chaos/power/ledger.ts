/**
 * What a disk still holds after the power went, by what `power-cut.c` wrote down. It keeps what Linux file systems with a
 * journal (ext4, XFS) keep, and no more: of a file, the bytes that were there at its last fsync; of names, in the order in
 * which they changed, those that were in the journal before the last thing that an fsync had to write there: the growth
 * of a file, or the last change of its own name, or of a name in the folder that was synced. What came after
 * may be there or not, as chance has it. Bytes that were overwritten in place without fsync are not modelled (nothing of
 * ours does that).
 */
import { dirname } from 'node:path'

/** What was on the disk, all of it synced, when the journal began: path → inode, or undefined for a folder. */
export type Names = Map<string, number | undefined>

export interface Kept {
  names: Names
  /** inode → how many of its first bytes */
  lengths: Map<number, number>
  /** changes of names that the cut took back */
  undone: number
}

type Change =
  | { what: 'file'; inode: number; path: string }
  | { what: 'folder' | 'gone'; path: string }
  | { what: 'renamed'; from: string; to: string }

interface Told {
  changes: Change[]
  /** changes before this number are on the disk */
  durable: number
  synced: Map<number, number>
}

/** @param before lengths of the files that were there at the beginning, by inode */
function readJournal(journal: string, names: Names, before: ReadonlyMap<number, number>): Told {
  const changes: Change[] = []
  const synced = new Map(before)
  const now: Names = new Map(names)
  let durable = 0
  let base = 0
  const lastTouching = (limit: number, touches: (change: Change) => boolean) =>
    changes.slice(0, limit).findLastIndex(touches) + 1
  // The last line may be half written, if the process was killed over it.
  for (const line of journal.split('\n').slice(0, -1)) {
    const kind = line[0]
    const rest = line.slice(2)
    const [first = '', second = '', third = ''] = rest.split(' ')
    switch (kind) {
      case 'P':
        base = changes.length
        break
      case 'C':
        changes.push({ what: 'file', inode: Number(first), path: rest.slice(first.length + 1) })
        break
      case 'M':
        changes.push({ what: 'folder', path: rest })
        break
      case 'U':
      case 'X':
        changes.push({ what: 'gone', path: rest })
        break
      case 'R': {
        const [from = '', to = ''] = rest.split('\t')
        changes.push({ what: 'renamed', from, to })
        break
      }
      case 'T':
        synced.set(Number(first), Math.min(synced.get(Number(first)) ?? 0, Number(second)))
        break
      case 'S': {
        const inode = Number(first)
        const limit = base + Number(third)
        const grew = synced.get(inode) !== Number(second)
        synced.set(inode, Number(second))
        durable = Math.max(
          durable,
          grew ? limit : lastTouching(limit, (change) => inodeOf(change, now) === inode),
        )
        break
      }
      case 'D': {
        const [count = ''] = rest.split(' ').slice(-1)
        const folder = rest.slice(0, -count.length - 1)
        durable = Math.max(
          durable,
          lastTouching(base + Number(count), (change) => foldersOf(change).includes(folder)),
        )
        break
      }
      default:
        throw new Error(`The journal of the disk says ${line}`)
    }
    const change = changes.at(-1)
    if (change && 'CMUXR'.includes(kind ?? '')) apply(now, change)
  }
  return { changes, durable, synced }
}

function inodeOf(change: Change, now: Names): number | undefined {
  if (change.what === 'file') return change.inode
  return change.what === 'renamed' ? now.get(change.to) : undefined
}

function foldersOf(change: Change): string[] {
  return change.what === 'renamed' ? [dirname(change.from), dirname(change.to)] : [dirname(change.path)]
}

function apply(names: Names, change: Change): void {
  switch (change.what) {
    case 'file':
      names.set(change.path, change.inode)
      break
    case 'folder':
      names.set(change.path, undefined)
      break
    case 'gone':
      names.delete(change.path)
      break
    case 'renamed':
      names.set(change.to, names.get(change.from))
      names.delete(change.from)
      break
  }
}

/** @returns the names that the journal says are there now, synced or not */
export function namesNow(journal: string, names: Names): Names {
  const now: Names = new Map(names)
  for (const change of readJournal(journal, names, new Map()).changes) apply(now, change)
  return now
}

/**
 * @param lengthNow of a file, by its inode, as it is now
 * @param random from 0 to 1: how much of what was not synced is there all the same
 */
export function afterCut(options: {
  journal: string
  names: Names
  before: ReadonlyMap<number, number>
  lengthNow: (inode: number) => number
  random: () => number
}): Kept {
  const { journal, names, before, lengthNow, random } = options
  const { changes, durable, synced } = readJournal(journal, names, before)
  // Half of the time nothing at all that was not synced: what a drive with little of its own to do loses.
  const lucky = random() < 0.5 ? 0 : random()
  const kept = durable + Math.floor(lucky * (changes.length - durable + 1))
  const left: Names = new Map(names)
  for (const change of changes.slice(0, kept)) apply(left, change)
  const lengths = new Map<number, number>()
  for (const inode of left.values()) {
    if (inode === undefined) continue
    const now = lengthNow(inode)
    const safe = Math.min(now, synced.get(inode) ?? 0)
    lengths.set(inode, safe + Math.floor((random() < 0.5 ? 0 : random() * lucky) * (now - safe + 1)))
  }
  return { names: left, lengths, undone: changes.length - Math.min(kept, changes.length) }
}
