// A table that changes in place: rows and cells stay, their text is what is new.

import { element, fillList, setAttribute, setText } from '../shared/dom.js';

export class Table {
  #columns;
  #body;
  #table;
  #empty;

  /**
   * @param columns each with its `title` and `cell`, which makes of an item a text, or `{text, title, className,
   * href}`; `number` sets it to the right
   * @param empty what is said when there is nothing
   */
  constructor(parent, caption, columns, empty) {
    this.#columns = columns;
    const head = element('tr', '', ...columns.map(column => {
      const cell = element('th', column.number ? 'number' : '', column.title);
      cell.scope = 'col';
      return cell;
    }));
    this.#body = element('tbody');
    this.#table = element('table', '', element('caption', 'unseen', caption), element('thead', '', head), this.#body);
    this.#empty = element('p', 'empty quiet', empty);
    parent.append(this.#table, this.#empty);
  }

  show(items) {
    this.#table.hidden = items.length === 0;
    this.#empty.hidden = items.length > 0;
    fillList(this.#body, items, () =>
        element('tr', '', ...this.#columns.map(column => element('td', column.number ? 'number' : ''))),
        (row, item) => {
      this.#columns.forEach((column, i) => fill(row.children[i], column, column.cell(item)));
    });
  }
}

function fill(cell, column, content) {
  const { text, title = '', className = '', href } = typeof content === 'string' ? { text: content } : content;
  const place = cell.firstElementChild ?? cell.appendChild(element(href ? 'a' : 'span'));
  if (href) setAttribute(place, 'href', href);
  setText(place, text);
  if (cell.title !== title) cell.title = title;
  const classes = [column.number ? 'number' : '', column.className ?? '', className].filter(Boolean).join(' ');
  if (cell.className !== classes) cell.className = classes;
}

/** Shows names and values as a list of definitions; a value may be `{text, className}`. */
export function showFacts(list, facts) {
  fillList(list, facts, () => element('div', '', element('dt'), element('dd')), (row, [name, value]) => {
    const { text, className = '' } = typeof value === 'string' ? { text: value } : value;
    setText(row.children[0], name);
    setText(row.children[1], text);
    if (row.children[1].className !== className) row.children[1].className = className;
  });
}
