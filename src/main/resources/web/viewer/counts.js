// How many lines of each level there are over time, in steps that people count in.
import { LEVELS } from '../shared/line.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [...[1, 2, 5, 10, 15, 30].map(count => count * SECOND), ...[1, 2, 5, 10, 15, 30].map(count =>
    count * MINUTE), ...[1, 2, 3, 6, 12].map(count => count * HOUR), ...[1, 2, 7, 14, 30, 90, 365].map(count =>
    count * DAY)];
/** In columns: more of them would be too narrow to point at, and fewer would be blocks. */
const MOST = 100;
const LEAST = 60;

/**
 * Counts the lines that are shown: { from, step, columns, most, lines }; null when there is none.
 *
 * A column is { total, counts }, `counts` by level. The first begins at `from`, and each is `step` milliseconds wide.
 *
 * @param rows { shown, at(place) }, as of `Lines`: gaps among them do not count
 * @param range { since, until } in milliseconds since 1970, either perhaps null, when the page shows a time range;
 *              else null
 * @param offset of the zone in which times are told, in milliseconds: a day begins at its midnight
 */
export function countsOf(rows, range, offset = 0) {
  let first = Infinity;
  let last = -Infinity;
  for (let place = 0; place < rows.shown; place++) {
    const { kind, timestamp } = rows.at(place);
    if (kind !== 'log') continue;
    if (timestamp < first) first = timestamp;
    if (timestamp > last) last = timestamp;
  }
  if (last === -Infinity) return null;
  first = Math.min(first, range?.since ?? first);
  last = Math.max(last, (range?.until ?? last + 1) - 1);
  const step = stepFor(last - first);
  const end = floor(last, step, offset) + step;
  const from = range === null ? Math.min(floor(first, step, offset), end - LEAST * step) : floor(first, step, offset);
  const columns = Array.from({ length: Math.round((end - from) / step) },
      () => ({ total: 0, counts: Object.fromEntries(LEVELS.map(level => [level, 0])) }));
  let lines = 0;
  for (let place = 0; place < rows.shown; place++) {
    const { kind, timestamp, level } = rows.at(place);
    if (kind !== 'log') continue;
    const column = columns[Math.floor((timestamp - from) / step)];
    column.total++;
    column.counts[level]++;
    lines++;
  }
  return { from, step, columns, lines, most: columns.reduce((most, { total }) => Math.max(most, total), 0) };
}

/** The shortest step by which this time, in milliseconds, has few enough columns. */
function stepFor(span) {
  const step = STEPS.find(one => span / one < MOST);
  if (step !== undefined) return step;
  let longer = STEPS.at(-1);
  while (span / longer >= MOST) longer *= 2;
  return longer;
}

function floor(time, step, offset) {
  return Math.floor((time + offset) / step) * step - offset;
}

/** In hundredths of the picture: a level that occurs is seen, however few lines it has beside the others. */
const LOW = 6;

/** How high the parts of a column are, in hundredths of the picture: [level, height], from the gravest. */
export function heightsOf({ counts }, most) {
  const parts = LEVELS.filter(level => counts[level] > 0)
      .map(level => [level, Math.max(LOW, counts[level] / most * 100)]);
  const over = parts.reduce((sum, [, height]) => sum + height, 0) - 100;
  if (over > 0) parts.reduce((one, other) => other[1] > one[1] ? other : one)[1] -= over;
  return parts;
}
