// Colours of terminals (ECMA-48's SGR, 8.3.117) in text that others wrote: read into styles, never into HTML, and never
// without bound.

const ESCAPE = new RegExp([
  /\x1b\[([0-?]*)[ -/]*([@-~])/, /\x1b[\]P_^X][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?/, /\x1b[ -/]*[0-~]/,
  /\x9b([0-?]*)[ -/]*([@-~])/].map(part => part.source).join('|'), 'g');
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const PLAIN = Object.freeze({ classes: '', colour: null });

/** Whether there is anything to read in it. */
export function hasEscapes(text) {
  return text.includes('\x1b') || text.includes('\x9b');
}

/** The text without its escape sequences. */
export function strip(text) {
  return hasEscapes(text) ? text.replace(ESCAPE, '') : text;
}

/**
 * The text in pieces of one style each: { text, classes, colour }, `classes` being names of classes and `colour` an
 * `rgb()` or null. It leaves out sequences that move a cursor, clear a screen or set a title.
 *
 * @param most how many escape sequences are read; what is behind them is shown without style
 */
export function pieces(text, most) {
  if (!hasEscapes(text)) return [{ text, classes: '', colour: null }];
  const found = [];
  const state = new Style();
  let style = PLAIN;
  let from = 0;
  let sequences = 0;
  ESCAPE.lastIndex = 0;
  for (let match = ESCAPE.exec(text); match; match = ESCAPE.exec(text)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), ...style });
    from = ESCAPE.lastIndex;
    if (++sequences > most) {
      style = PLAIN;
      break;
    }
    if ((match[2] ?? match[4]) === 'm') {
      state.apply(match[1] ?? match[3]);
      style = state.shown();
    }
  }
  ESCAPE.lastIndex = 0;
  if (from < text.length) found.push({ text: strip(text.slice(from)), ...style });
  return found;
}

/**
 * A parameter with parts of its own, as ITU T.416 has them (`38:2::r:g:b`, `4:3`), in the older way without
 * (`38;2;r;g;b`, `4`).
 */
function parted(parameter) {
  const parts = parameter.split(':', 8).map(part => part === '' ? 0 : Number(part));
  if (parts.length === 1) return parts;
  const [code, kind] = parts;
  if (isColour(code))
    return kind === 2 ? [code, 2, ...parts.slice(parts.length > 5 ? 3 : 2).slice(0, 3)] : [code, ...parts.slice(1, 3)];
  return code === 4 && kind === 0 ? [24] : [code]; // curly or dotted: underlined all the same
}

/** Whether a colour follows: of the text, of its ground, or of the line under it, which is left out. */
function isColour(code) {
  return code === 38 || code === 48 || code === 58;
}

/** The style that the sequences so far have switched on. */
class Style {
  #flags = new Set();
  #front = null;
  #back = null;

  apply(parameters) {
    const codes = parameters === '' ? [0] : parameters.split(';', 32).flatMap(parted).slice(0, 64);
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i];
      if (code === 0) this.#reset();
      else if (FLAGS[code]) this.#flags.add(FLAGS[code]);
      else if (code === 22) this.#flags.delete('bold'), this.#flags.delete('dim');
      else if (ENDS[code]) this.#flags.delete(ENDS[code]);
      else if (code >= 30 && code <= 37) this.#front = COLOURS[code - 30];
      else if (code >= 90 && code <= 97) this.#front = 'bright-' + COLOURS[code - 90];
      else if (code >= 40 && code <= 47) this.#back = COLOURS[code - 40];
      else if (code >= 100 && code <= 107) this.#back = COLOURS[code - 100];
      else if (code === 39) this.#front = null;
      else if (code === 49) this.#back = null;
      else if (isColour(code)) {
        const colour = codes[i + 1] === 5 ? palette(codes[i + 2]) : codes[i + 1] === 2
            ? rgb(codes.slice(i + 2, i + 5)) : null;
        if (code === 38) this.#front = colour;
        i += codes[i + 1] === 2 ? 4 : 2;
      }
    }
  }

  /**
   * As classes of the style sheet, which has a readable colour for each in both themes; other colours are given a
   * readable lightness there.
   */
  shown() {
    const classes = [...this.#flags].map(flag => 'ansi-' + flag);
    const named = this.#front !== null && !this.#front.startsWith('rgb');
    if (named) classes.push('ansi-' + this.#front);
    if (this.#front !== null && !named) classes.push('ansi-other');
    if (this.#back !== null) classes.push('ansi-on', 'ansi-on-' + this.#back);
    return { classes: classes.join(' '), colour: named ? null : this.#front };
  }

  #reset() {
    this.#flags.clear();
    this.#front = null;
    this.#back = null;
  }
}

/** Blinking and concealing are left out: the one is no help to a reader, the other hides what a log says. */
const FLAGS = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 21: 'underline', 7: 'inverse', 9: 'strike' };
const ENDS = { 23: 'italic', 24: 'underline', 27: 'inverse', 29: 'strike' };

/** A colour of the 256: 16 named ones, a cube of 6, and greys. */
function palette(index) {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 8) return COLOURS[index];
  if (index < 16) return 'bright-' + COLOURS[index - 8];
  if (index >= 232) return rgb([8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)]);
  const cube = step => step === 0 ? 0 : 55 + 40 * step;
  return rgb([cube(Math.floor((index - 16) / 36)), cube(Math.floor((index - 16) / 6) % 6), cube((index - 16) % 6)]);
}

function rgb(parts) {
  return parts.length === 3 && parts.every(part => part >= 0 && part <= 255) ? `rgb(${parts.join(' ')})` : null;
}
