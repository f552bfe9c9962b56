// Numbers as people read them: short enough for a glance, and with their unit.

const NONE = '–';
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A count or a rate: 0.4, 12, 1,234, 12.3k, 4.5M. */
export function number(value) {
  if (value == null) return NONE;
  const size = Math.abs(value);
  if (size >= 1e9) return digits(value / 1e9) + 'G';
  if (size >= 1e6) return digits(value / 1e6) + 'M';
  if (size >= 1e4) return digits(value / 1e3) + 'k';
  if (size < 10 && !Number.isInteger(value)) return value.toFixed(1);
  return Math.round(value).toLocaleString('en');
}

/** A count in full. */
export function whole(value) {
  return value == null ? NONE : Math.round(value).toLocaleString('en');
}

export function bytes(value) {
  if (value == null) return NONE;
  let unit = 0;
  let size = value;
  for (; Math.abs(size) >= 1000 && unit < BINARY.length - 1; unit++) size /= 1024; // so that no number has four digits
  return (unit === 0 ? Math.round(size) : digits(size)) + ' ' + BINARY[unit];
}

/** A short time that was measured, given in microseconds. */
export function micros(value) {
  if (value == null) return NONE;
  if (value < 1e3) return Math.round(value) + ' µs';
  if (value < 1e6) return digits(value / 1e3) + ' ms';
  return digits(value / 1e6) + ' s';
}

export function percent(value) {
  return value == null ? NONE : (value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)) + ' %';
}

/** How long something has lasted, given in milliseconds: 4 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return seconds + ' s';
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86400) return two(Math.floor(seconds / 3600), 'h', Math.floor(seconds % 3600 / 60), 'min');
  return two(Math.floor(seconds / 86400), 'd', Math.floor(seconds % 86400 / 3600), 'h');
}

/** The time of day here. */
export function clock(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString('en-GB');
}

/** Date and time here, the way that sorts. */
export function moment(milliseconds) {
  return new Date(milliseconds).toLocaleString('sv-SE');
}

/** `retentionBytes` and `client-gone` as words: retention bytes, client gone. */
export function words(name) {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/-/g, ' ').toLowerCase();
}

/** With a capital. */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** From the least to the most, with their unit once when it is the same. */
export function range(least, most, format) {
  const from = format(least);
  const to = format(most);
  if (from === to) return to;
  const unit = /[^\d.,].*$/;
  return (from.match(unit)?.[0] === to.match(unit)?.[0] ? from.replace(unit, '') : from) + '–' + to;
}

/** "1 event", "2 events". */
export function counted(count, noun) {
  return number(count) + ' ' + noun + (count === 1 ? '' : 's');
}

function digits(value) {
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(size >= 10 ? 1 : 2)
      .replace(/\.?0+$/, '');
}

function two(large, largeUnit, small, smallUnit) {
  return large + ' ' + largeUnit + (small ? ' ' + small + ' ' + smallUnit : '');
}
