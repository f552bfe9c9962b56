// A page of the past as the gateway writes it. Its events stay the text that they are, token for token.
import { LogEvent } from '../client/event.js';

const HEAD = '{"events":[';
const PART = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g;

/**
 * Reads the text of a page: { events, gaps, from, to, more }. The search has looked at everything from `from` to `to`.
 */
export function pageOf(text) {
  if (!text.startsWith(HEAD)) throw new Error('The gateway answered with something that is no page of the past');
  const events = [];
  let depth = 0;
  let begin = 0;
  let end = HEAD.length;
  PART.lastIndex = HEAD.length;
  while (depth > 0 || text[end] !== ']') {
    const part = PART.exec(text);
    if (part === null) throw new Error('The page of the past is cut off');
    if (part[0] === '{' && depth++ === 0) begin = part.index;
    else if (part[0] === '}' && --depth === 0) {
      end = PART.lastIndex;
      events.push(new LogEvent(text.slice(begin, end)));
    }
  }
  const { gaps, from, to, more } = JSON.parse(`{"events":[${text.slice(end)}`);
  return { events, gaps, from, to, more };
}
