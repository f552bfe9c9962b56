// When a line was written, as people want to read it.

/** In the order in which they are offered. */
export const TIMES = ['local', 'utc', 'relative'];

/** As a column shows it: the time of day, with the date before it when that is not today's. */
export function timeOf(timestamp, how, now = Date.now()) {
  if (how === 'relative') return relative(now - timestamp);
  const shift = how === 'utc' ? 0 : -new Date(timestamp).getTimezoneOffset() * 60_000;
  const date = new Date(timestamp + shift);
  if (Number.isNaN(date.getTime())) return String(timestamp);
  const text = date.toISOString();
  const today = new Date(now + (how === 'utc' ? 0 : -new Date(now).getTimezoneOffset() * 60_000)).toISOString();
  const day = text.slice(0, -14);
  const time = text.slice(-13, -1);
  return day === today.slice(0, -14) ? time : day.slice(0, -6) === today.slice(0, 4) ? day.slice(-5) + ' ' + time : day
      + ' ' + time;
}

/** Whole and unambiguous. */
export function exact(timestamp) {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString();
}

function relative(ago) {
  const sign = ago < 0 ? 'in ' : '';
  const seconds = Math.abs(ago) / 1000;
  if (seconds < 1) return 'now';
  const text = seconds < 60 ? Math.floor(seconds) + ' s' : seconds < 3600 ? Math.floor(seconds / 60) + ' min'
      : seconds < 86_400 ? Math.floor(seconds / 3600) + ' h'
    : Math.floor(seconds / 86_400) + ' d';
  return sign + text + (sign === '' ? ' ago' : '');
}
