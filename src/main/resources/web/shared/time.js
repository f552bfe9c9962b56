// When a line was written, as people want to read it.

/** In the order in which they are offered. */
export const TIMES = ['local', 'utc', 'relative'];

/** As a column shows it: the time of day, with the date before it when that is not today's. */
export function timeOf(timestamp, how, now = Date.now()) {
  if (how === 'relative') return relative(now - timestamp);
  const text = shifted(timestamp, how)?.text;
  if (text === undefined) return String(timestamp);
  const today = shifted(now, how).text;
  const day = text.slice(0, -14);
  const time = text.slice(-13, -1);
  if (day === today.slice(0, -14)) return time;
  return day.slice(0, -6) === today.slice(0, 4) ? day.slice(-5) + ' ' + time : day + ' ' + time;
}

/** Whole and unambiguous, in the zone of the column: `2026-01-02T12:34:56.789+05:30`. */
export function exact(timestamp, how = 'utc') {
  const time = shifted(timestamp, how);
  if (time === null) return String(timestamp);
  if (how === 'utc' || time.minutes === 0) return time.text;
  const minutes = Math.abs(time.minutes);
  const two = number => String(number).padStart(2, '0');
  return time.text.slice(0, -1) + (time.minutes < 0 ? '-' : '+') + two(Math.floor(minutes / 60)) + ':'
      + two(minutes % 60);
}

/** The time in the zone as if it were UTC, and how many minutes it is before UTC; null when it is out of range. */
function shifted(timestamp, how) {
  const minutes = how === 'utc' ? 0 : -new Date(timestamp).getTimezoneOffset();
  const date = new Date(timestamp + minutes * 60_000);
  return Number.isNaN(date.getTime()) ? null : { text: date.toISOString(), minutes };
}

function relative(ago) {
  const sign = ago < 0 ? 'in ' : '';
  const seconds = Math.abs(ago) / 1000;
  if (seconds < 1) return 'now';
  const text = seconds < 60 ? Math.floor(seconds) + ' s' : seconds < 3600 ? Math.floor(seconds / 60) + ' min'
    : seconds < 86_400 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86_400) + ' d';
  return sign + text + (sign === '' ? ' ago' : '');
}
