// Copies text that is marked by mouse: several rows become a clean line each, and one row gives the marked text.
import { textOf } from './save.js';

/**
 * @param lines gives the lines, of which only some have a row in the document
 * @param look gives { time }, how lines are shown
 */
export function copyLines(scroller, lines, look) {
  let start = null;
  scroller.getRootNode().addEventListener('selectstart', ({ target }) => {
    start = numberOf(elementAt(target)?.closest('.row'));
  });
  scroller.addEventListener('copy', event => {
    const range = markedIn(scroller);
    if (range === null) return;
    const rows = [...scroller.querySelectorAll('.row')]
        .filter(row => [...row.children].some(part => range.intersectsNode(part)));
    if (rows.length === 0 || rows.length === 1 && rows[0].contains(range.commonAncestorContainer)) return;
    const numbers = rows.map(numberOf);
    // whoever drags on beyond the edge marks rows that have left the document since
    if (start !== null && scroller.querySelector(`.row[data-number="${start}"]`) === null) numbers.push(start);
    const text = [];
    const held = lines();
    const last = held.placeOf(Math.max(...numbers));
    for (let place = held.placeOf(Math.min(...numbers)); place <= last && place < held.shown; place++)
      text.push(textOf(held.at(place), look().time).replaceAll('\n', '⏎'), '\n');
    event.clipboardData.setData('text/plain', text.join(''));
    event.preventDefault();
  });
}

/** The range that is marked in the scroller; null when nothing is. For a shadow tree, browsers have different ways. */
export function markedIn(scroller) {
  const root = scroller.getRootNode();
  const selection = root.getSelection?.() ?? document.getSelection();
  if (selection === null || selection.rangeCount === 0) return null;
  let range = selection.getRangeAt(0);
  if (root !== document && root.getSelection === undefined && selection.getComposedRanges !== undefined) {
    const found = selection.getComposedRanges({ shadowRoots: [root] })[0];
    range = document.createRange();
    range.setStart(found.startContainer, found.startOffset);
    range.setEnd(found.endContainer, found.endOffset);
  }
  return range.collapsed || !range.intersectsNode(scroller) ? null : range;
}

/**
 * Whether somebody marks text in rows right now. When rows leave the document, or all of the page is marked, the ends
 * of what is marked are outside of rows: that is no reason to stay with a row.
 */
export function isMarkedByHand(scroller) {
  const { anchorNode, focusNode } = document.getSelection() ?? {};
  return markedIn(scroller) !== null
    && [anchorNode, focusNode].every(node => scroller.contains(node) && elementAt(node).closest('.row') !== null);
}

function elementAt(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
}

function numberOf(row) {
  return row ? Number(row.dataset.number) : null;
}
