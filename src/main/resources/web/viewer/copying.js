// What is copied by mouse: of several rows a clean line each, as the page shows them, and of one row what was marked.
import { textOf } from '../shared/save.js';

/**
 * @param lineOf gives the line of a row
 * @param look gives { time, columns }, how lines are shown
 */
export function copyLines(scroller, lineOf, look) {
  scroller.addEventListener('copy', event => {
    const selection = document.getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const rows = [...scroller.querySelectorAll('.row')].filter(row => range.intersectsNode(row.firstElementChild));
    if (rows.length < 2 && rows[0]?.contains(range.commonAncestorContainer)) return;
    const lines = rows.map(lineOf).filter(line => line !== null);
    event.clipboardData.setData('text/plain', lines.map(line => textOf(line, look().time)).join('\n') + '\n');
    event.preventDefault();
  });
}
