// One small chart of the last five minutes: lines in SVG, with what they stand at now, their range, and a crosshair
// that all charts share.

import { SPAN } from './samples.js';
import { element, setAttribute, setText, svg } from '../shared/dom.js';
import { clock, range } from './format.js';

const WIDTH = 600;
const HEIGHT = 100;
/** How far from a sample the crosshair may be to show it. */
const REACH = 5_000;
const DASH = 8;
const STEPS = [1, 2, 5, 10];
/** The step of a logarithmic scale, so that its middle is a power of ten. */
const TWO_DECADES = 100;

/** The moment that the pointer or the keyboard is on, for all charts; null for now. */
export class Crosshair {
  at = null;
  /** The name of the end of the axis. */
  end = 'now';
  #charts = [];
  /** Where the pointer is on the axis, from 0 to 1; null when it is on no chart. */
  #share = null;

  join(chart) {
    this.#charts.push(chart);
  }

  endsAt(end) {
    if (this.end === end) return;
    this.end = end;
    for (const chart of this.#charts) chart.draw();
  }

  /** Stays where the pointer is while the charts move on, and never leaves them. */
  follow(end) {
    if (this.#share != null) this.at = end - SPAN + this.#share * SPAN;
    else if (this.at != null) this.at = Math.max(this.at, end - SPAN);
  }

  move(at, share = null) {
    this.#share = share;
    if (this.at === at) return;
    this.at = at;
    for (const chart of this.#charts) chart.draw();
  }
}

export class Chart {
  #kind;
  #crosshair;
  #samples = [];
  #end = 0;
  #limit = null;
  #parts;

  /**
   * @param kind what it shows: `title`; `format` for its values; `lines`, each with the `key` of its values in a sample
   * and a `label`;
   *   `least`, what the scale reaches at least; `step`, 1000 or 1024; `fill`, whether the scale reaches to the limit;
   *   or `from`, where a logarithmic
   *   scale begins
   */
  constructor(kind, crosshair) {
    this.#kind = kind;
    this.#crosshair = crosshair;
    this.#parts = this.#build();
    crosshair.join(this);
  }

  get node() {
    return this.#parts.figure;
  }

  /** Shows these samples, up to the last of them; the limit is what can not be exceeded, or null. */
  show(samples, limit, note) {
    this.#samples = samples;
    this.#end = samples.at(-1)?.at ?? 0;
    this.#crosshair.follow(this.#end);
    this.#limit = limit;
    setText(this.#parts.note, note ?? '');
    this.draw();
  }

  draw() {
    const { lines, format } = this.#kind;
    const top = this.#top();
    const ranges = lines.map(line => extent(this.#samples, line.key));
    lines.forEach((line, i) => {
      const [path, area] = this.#path(line.key, top);
      setAttribute(this.#parts.lines[i], 'd', path);
      if (i === 0) setAttribute(this.#parts.area, 'd', area);
    });
    setAttribute(this.#parts.restarts, 'd', this.#samples.filter(sample => sample.restarted)
        .map(sample => `M${this.#x(sample.at)} 0V${HEIGHT}`).join(''));
    setAttribute(this.#parts.limit, 'd', this.#limit != null && this.#limit <= top
        ? `M0 ${this.#y(this.#limit, top)}H${WIDTH}` : '');
    setText(this.#parts.top, format(top));
    setText(this.#parts.middle, format(this.#kind.from ? Math.sqrt(this.#kind.from * top) : top / 2));
    this.#point(top);
    const shown = this.#crosshair.at == null ? this.#samples.at(-1) : this.#pointed();
    lines.forEach((line, i) => {
      setText(this.#parts.values[i], format(shown?.[line.key]));
      setText(this.#parts.ranges[i], ranges[i] ? range(...ranges[i], format) : '');
    });
    setAttribute(this.#parts.picture, 'aria-label', this.#spoken(ranges));
  }

  #spoken(ranges) {
    const { title, lines, format } = this.#kind;
    const newest = this.#samples.at(-1);
    return title + '. ' + lines.map((line, i) => {
      const now = newest?.[line.key] == null ? 'none now' : format(newest[line.key]) + ' now';
      return line.label + ' ' + now + (ranges[i] ? ', ' + format(ranges[i][0]) + ' to ' + format(ranges[i][1])
          + ' in the last five minutes' : '');
    }).join('; ') + '.';
  }

  /** Says the values under the crosshair, for those who hear the page. */
  #read() {
    const sample = this.#crosshair.at == null ? this.#samples.at(-1) : this.#pointed();
    const values = this.#kind.lines.map(line => line.label + ' '
        + (sample?.[line.key] == null ? 'none' : this.#kind.format(sample[line.key])));
    return (this.#crosshair.at == null ? this.#crosshair.end : clock(this.#crosshair.at)) + ': ' + values.join(', ');
  }

  #point(top) {
    const sample = this.#crosshair.at == null ? null : this.#pointed();
    const { cross, dots, when } = this.#parts;
    setAttribute(cross, 'd', sample ? `M${this.#x(sample.at)} 0V${HEIGHT}` : '');
    this.#kind.lines.forEach((line, i) => {
      const value = sample?.[line.key];
      setAttribute(dots[i], 'd', value == null ? '' : dot(this.#x(sample.at), this.#y(value, top)));
    });
    setText(when, this.#crosshair.at == null ? this.#crosshair.end : clock(sample?.at ?? this.#crosshair.at));
  }

  /** The sample that the crosshair is on, if there is one near it. */
  #pointed() {
    let nearest = null;
    for (const sample of this.#samples)
      if (!nearest || Math.abs(sample.at - this.#crosshair.at) < Math.abs(nearest.at - this.#crosshair.at))
        nearest = sample;
    return nearest && Math.abs(nearest.at - this.#crosshair.at) <= REACH ? nearest : null;
  }

  /** The line, and the ground below it; a value that is missing, or stands after a gap, begins another piece. */
  #path(key, top) {
    let path = '';
    let area = '';
    let piece = [];
    const end = () => {
      // a point alone would hardly be seen
      if (piece.length === 1)
        path += `M${Math.min(WIDTH - DASH, Math.max(0, round(piece[0][0] - DASH / 2)))} ${piece[0][1]}h${DASH}`;
      if (piece.length > 1) {
        const points = piece.map(([x, y]) => `${x} ${y}`).join('L');
        path += 'M' + points;
        area += `M${piece[0][0]} ${HEIGHT}L${points}V${HEIGHT}Z`;
      }
      piece = [];
    };
    for (const sample of this.#samples) {
      if (sample.gap || sample[key] == null) end();
      if (sample[key] != null) piece.push([this.#x(sample.at), this.#y(sample[key], top)]);
    }
    end();
    return [path, area];
  }

  #x(at) {
    return round((at - this.#end + SPAN) / SPAN * WIDTH);
  }

  #y(value, top) {
    const { from } = this.#kind;
    const share = from ? Math.log(value / from) / Math.log(top / from) : value / top;
    return round(HEIGHT - Math.min(1, Math.max(0, share)) * HEIGHT);
  }

  /** Where the scale ends: at the limit, or at the next round number above all values. */
  #top() {
    if (this.#kind.fill && this.#limit != null) return this.#limit;
    const { from, least, lines } = this.#kind;
    const greatest = Math.max(least ?? 0, ...lines.map(line => extent(this.#samples, line.key)?.[1] ?? 0));
    if (from) {
      let top = from * TWO_DECADES;
      while (top < greatest) top *= TWO_DECADES;
      return top;
    }
    let unit = 1;
    while (unit * this.#kind.step <= greatest) unit *= this.#kind.step;
    while (unit * 10 <= greatest) unit *= 10;
    return unit * STEPS.find(step => step * unit >= greatest);
  }

  #build() {
    const { title, lines } = this.#kind;
    const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
        tabindex: '0' });
    const draw = (className, parent = picture) => parent.appendChild(svg('path', { class: className, d: '' }));
    setAttribute(draw('grid'), 'd', `M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`);
    const parts = { picture, area: draw('area'), limit: draw('limit'), restarts: draw('restart'), lines: [], values: [],
        ranges: [], dots: [] };
    // the first on top
    parts.lines = lines.map((_, i) => draw('line line-' + i)).reverse().map(line => picture.appendChild(line))
        .reverse();
    parts.cross = draw('cross');
    parts.dots = lines.map((_, i) => draw('dot line-' + i));
    const legend = element('div', 'legend');
    for (const [i, line] of lines.entries()) {
      const value = element('b');
      const span = element('span', 'range quiet');
      legend.append(element('div', 'key key-' + i, element('span', 'label quiet', line.label), value, span));
      parts.values.push(value);
      parts.ranges.push(span);
    }
    parts.note = element('span', 'note quiet');
    parts.top = element('span', 'scale top');
    parts.middle = element('span', 'scale middle');
    parts.when = element('span', 'when');
    parts.said = element('span', 'unseen');
    parts.said.setAttribute('role', 'status');
    const axis = element('div', 'axis', element('span', '', '5 min ago'), parts.when);
    axis.setAttribute('aria-hidden', 'true');
    for (const scale of [parts.top, parts.middle]) scale.setAttribute('aria-hidden', 'true');
    parts.figure = element('figure', 'card chart',
      element('figcaption', '', element('h3', '', title), parts.note), legend,
      element('div', 'plot', picture, parts.top, parts.middle), axis, parts.said);
    this.#listen(picture);
    return parts;
  }

  #listen(picture) {
    const point = event => {
      const box = picture.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      this.#crosshair.move(this.#end - SPAN + share * SPAN, share);
    };
    picture.addEventListener('pointermove', point);
    picture.addEventListener('pointerdown', point);
    for (const leaving of ['pointerleave', 'pointercancel', 'blur'])
      picture.addEventListener(leaving, () => this.#crosshair.move(null));
    picture.addEventListener('keydown', event => {
      const to = this.#stepped(event.key);
      if (to === undefined) return;
      event.preventDefault();
      this.#crosshair.move(to);
      setText(this.#parts.said, this.#read());
    });
  }

  /** Where a key takes the crosshair; undefined for one that means nothing here. */
  #stepped(key) {
    const times = this.#samples.map(sample => sample.at);
    const from = this.#crosshair.at ?? this.#end;
    switch (key) {
      case 'ArrowLeft': return times.findLast(at => at < from) ?? times[0] ?? null;
      case 'ArrowRight': return times.find(at => at > from) ?? null;
      case 'Home': return times[0] ?? null;
      case 'End': case 'Escape': return null;
      default: return undefined;
    }
  }
}

function extent(samples, key) {
  let least = Infinity;
  let most = -Infinity;
  for (const sample of samples) {
    const value = sample[key];
    if (value == null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most === -Infinity ? null : [least, most];
}

/** A line of no length, whose round ends are all that one sees of it: a circle would be stretched with the picture. */
function dot(x, y) {
  return `M${x} ${y}h0.01`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
