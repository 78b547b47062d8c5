/** The texts of a screen as they stand in the page, in its order. */
import { shownTexts, type ShownText } from '../i18n/shown-texts.ts'
import { piecesOf, type Place, type Shown } from './reading-order.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'

export interface SpokenPiece {
  text: string
  language: Language
  /** the recording that reads it */
  recording: ShownText | undefined
  /** where it stands, to be marked */
  range: Range
}

/** Pictures, fields, and the keys of a keyboard, of which each is read when it is reached. */
const unread = '[aria-hidden="true"], svg, canvas, video, script, style, select, [data-key], [data-unread]'

interface Found extends Shown {
  node: Text
  known: ShownText | undefined
}

/** @param isRecorded whether a recording is there @param language of what has no key */
export function spokenIn(
  root: Element,
  isRecorded: (name: ShownText) => boolean,
  language: Language,
): SpokenPiece[] {
  const found = textsIn(root).map((node): Found => {
    const names = shownTexts(node.data)
    const recording = names.find(isRecorded)
    const known = recording ?? names.find((one) => one.language === language) ?? names[0]
    return { node, known, recorded: recording !== undefined, text: node.data, block: blockOf(node) }
  })
  const rangeOf = (from: Place, to: Place) => {
    const range = new Range()
    const [first, last] = [found[from.index], found[to.index]]
    if (first && last) {
      range.setStart(first.node, from.offset)
      range.setEnd(last.node, to.offset)
    }
    return range
  }
  const pieces: SpokenPiece[] = []
  for (const { text, recorded, from, to } of piecesOf(found)) {
    const known = found[from.index]?.known
    const recording = recorded ? known : undefined
    const range = rangeOf(from, to)
    const before = pieces.at(-1)
    // The second part of a text that is shown in two and recorded as one.
    if (recording && before?.recording?.key === recording.key)
      before.range.setEnd(range.endContainer, range.endOffset)
    else pieces.push({ text, language: known?.language ?? language, recording, range })
  }
  return pieces
}

function textsIn(root: Element): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node instanceof Text)
      return node.data.trim() === '' ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_ACCEPT
    if (!(node instanceof Element)) return NodeFilter.FILTER_SKIP
    return node.matches(unread) || !node.checkVisibility({ visibilityProperty: true })
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_SKIP
  })
  const texts: Text[] = []
  while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode)
  return texts
}

/** The nearest element around it that is no part of a line. */
function blockOf(node: Text): Element | null {
  let element = node.parentElement
  while (element && getComputedStyle(element).display === 'inline') element = element.parentElement
  return element
}
