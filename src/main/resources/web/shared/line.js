// What the viewer keeps of an event, and of what is not one but has its place among them.
import { LEVELS as NAMED, levelOf } from './levels.js';
import { strip } from './ansi.js';
import { unescaped } from './unescaped.js';

/** From the gravest to the lightest; the last is for those that name none. */
export const LEVELS = [...NAMED, 'none'];

/** Members that are shown in columns of their own. */
const SHOWN = new Set(['message', 'msg', 'level', 'timestamp', 'time', 'ts']);
/** In characters: beyond it a line is not looked through for members to show beside its message. */
const MAX_PARSED = 10_000;
const MAX_FIELDS = 24;
const MAX_VALUE = 120;

/** An event of the log: { kind: 'log', id, channel, timestamp, level, message, text, plain }. */
export function lineOf(event) {
  let data = null;
  try {
    data = event.data;
  } catch (tooDeep) {
    // the text is shown as it is
  }
  const object = data !== null && typeof data === 'object' && !Array.isArray(data);
  const told = object ? data.message ?? data.msg : data;
  const message = typeof told === 'string' ? told : object && told === undefined ? '' : event.text;
  const { id, channel, timestamp, text } = event;
  return { kind: 'log', id, channel, timestamp, level: levelOf(data) ?? 'none', message, text };
}

/** A hole in the log: { kind: 'gap', reason, lost, from, to, message }. */
export function gapOf(gap, timestamp) {
  const events = gap.lost === null ? 'Events' : gap.lost === 1 ? '1 event' : gap.lost.toLocaleString('en') + ' events';
  const message = gap.reason === 'unknown-id'
      ? 'The gateway was restarted or its log replaced: lines may be lost here. All that it still has follows.'
    : `${events} lost here` + (REASONS[gap.reason] ?? '');
  return { kind: 'gap', ...gap, timestamp, message };
}

const REASONS = {
  evicted: ': history has forgotten them, and this page came too late for them',
  overflow: ': they came faster than this page read them, and history has forgotten them meanwhile',
};

/** A hole of the page's own making, for which nobody else is to blame. */
export function dropOf(count, timestamp) {
  return { kind: 'gap', reason: 'paused', lost: count, timestamp,
      message: `${count.toLocaleString('en')} events were let go here: more came during the pause than this page keeps` };
}

/** The gap together with another that came right after it: one outage is told once. Null when they are of two kinds. */
export function joined(gap, other) {
  if (gap.kind !== 'gap' || other.kind !== 'gap' || gap.reason !== other.reason) return null;
  const lost = gap.lost === null || other.lost === null ? null : gap.lost + other.lost;
  if (gap.reason === 'paused') return { ...gap, ...dropOf(lost, gap.timestamp), count: (gap.count ?? 1) + 1 };
  return { ...gap, ...gapOf({ reason: gap.reason, lost, from: gap.from, to: other.to ?? gap.to }, gap.timestamp),
      count: (gap.count ?? 1) + 1 };
}

/** In characters: what a gap says may change. */
const GAP = 300;

/** How much of the page's memory it holds, in characters. */
export function weight(line) {
  return line.kind === 'gap' ? GAP : 100 + line.message.length + (line.text?.length ?? 0);
}

/** Whether the needle is in it: in the message as it is shown, in the JSON text, or in the channel. */
export function contains(line, needle) {
  return finds(needle, line.plain ??= strip(line.message)) || finds(needle, unescaped(line.text))
    || finds(needle, line.channel);
}

/** The members beside the message, as [name, value] pairs. */
export function fieldsOf(line) {
  if (line.text.length > MAX_PARSED || line.text[0] !== '{') return [];
  try {
    return Object.entries(JSON.parse(line.text)).filter(([name]) => !SHOWN.has(name)).slice(0, MAX_FIELDS)
        .map(([name, value]) => {
      const text = typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
      return [name, text.length > MAX_VALUE ? text.slice(0, MAX_VALUE) + '…' : text];
    });
  } catch (tooDeep) {
    return [];
  }
}

function finds(needle, text) {
  needle.lastIndex = 0;
  return needle.test(text);
}
