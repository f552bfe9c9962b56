// The rows in the document, brought from those that are there to those that are wanted with as few changes as can be.

/**
 * Keeps the rows that stay, in their elements, and puts the others before and behind them: { rows, made }. `rows` are
 * by the number of their line, and `made` those that are new, as [number, row] pairs.
 *
 * @param before the rows that are there, by number; those that are not named are made anew
 * @param lines those that are wanted, in order
 * @param make gives the row of a line
 */
export function fill(window, before, lines, make) {
  const rows = new Map();
  const made = [];
  if (before.size === 0) window.replaceChildren();
  let next = window.firstElementChild;
  const skip = until => {
    while (next !== until) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
  };
  for (const line of lines) {
    let row = before.get(line.number);
    if (row) {
      skip(row);
      next = next.nextElementSibling;
    } else {
      row = make(line);
      made.push([line.number, row]);
      window.insertBefore(row, next);
    }
    rows.set(line.number, row);
  }
  skip(null);
  return { rows, made };
}
