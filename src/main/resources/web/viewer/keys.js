// The keyboard: single keys, wherever nothing is being typed.

/** The keys, as the help shows them: [keys, what they do, the name of the action]. */
export const KEYS = [
  [['/'], 'Filter', 'filter'],
  [['Ctrl+F'], 'Find in all lines that are shown', 'find'],
  [['Space'], 'Pause, and go on', 'pause'],
  [['G', 'End'], 'Follow the newest line', 'last'],
  [['g', 'Home'], 'Go to the oldest line', 'first'],
  [['j', '↓'], 'Next line', 'down'],
  [['k', '↑'], 'Line before', 'up'],
  [['Enter'], 'Open or close the line', 'open'],
  [['c'], 'Copy the line', 'copy'],
  [['l'], 'Copy a link to the line', 'link'],
  [['a'], 'Show the line among all lines', 'around'],
  [['f'], 'Choose what to follow', 'channels'],
  [['t'], 'Time: local, UTC, relative', 'time'],
  [['w'], 'Wrap long lines, or not', 'wrap'],
  [['h'], 'Counts over time, or not', 'counts'],
  [['Esc'], 'Close what is open', 'escape'],
  [['?'], 'This help', 'help'],
];

const NAMES = new Map(KEYS.flatMap(([keys, , name]) =>
    keys.map(key => [{ Space: ' ', '↓': 'ArrowDown', '↑': 'ArrowUp', Esc: 'Escape' }[key] ?? key, name])));
const TYPED = 'input, textarea, select, [contenteditable]';
/** The space bar, Enter and the arrows belong to these elements, when one has the focus. */
const OPERATED = 'button, a, summary, details.menu, [role="option"]';

/** Calls the action of the key that is pressed: `actions` has a function for each name. */
export function listen(actions) {
  document.addEventListener('keydown', event => {
    if (isFind(event) && !document.querySelector('dialog[open]')) {
      if (actions.find(event) !== 'pass') event.preventDefault();
      return;
    }
    const name = NAMES.get(event.key);
    if (name === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.target.closest(TYPED) && name !== 'escape') return;
    if (event.target.closest(OPERATED) && [' ', 'Enter'].includes(event.key)) return;
    if (event.shiftKey && !['G', '?', '/'].includes(event.key)) return;
    event.preventDefault();
    actions[name](event);
  });
}

/** The key by which browsers find: pressed once more, it is theirs again. */
function isFind(event) {
  return event.key.toLowerCase() === 'f' && event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
}
