// Which lines one wants to see: a text or a regular expression, what they must not contain, and values of members.
import { conditionsOf, matcher } from '../client/conditions.js';
import { strip } from '../shared/ansi.js';
import { needle } from '../shared/text.js';
import { unescaped } from '../shared/unescaped.js';
import { Expression } from './expression.js';

/** As many of a kind as the gateway takes in one request. */
export const MOST = 8;

/** Nothing is held back. */
export const NOTHING = Object.freeze({ text: '', regex: false, not: Object.freeze([]), where: Object.freeze([]) });

export class Wanted {
  #view;
  #tests;

  /** Finds what is to be marked; null when nothing is. It is global: set `lastIndex` before each use. */
  needle = null;
  /** Why the regular expression is none, or null. */
  fault = null;

  /** @param view { text, regex, not, where }, the latter two lists */
  constructor({ text, regex, not, where }) {
    this.#view = { text, regex, not, where };
    try {
      this.needle = regex && text !== '' ? new Expression(text) : needle(text);
    } catch (faulty) {
      this.fault = String(faulty.message).replace(/^Invalid regular expression: (?:\/.*\/[a-z]*: )?/s, '');
    }
    const unwanted = not.map(needle);
    const members = matcher(conditionsOf({ where }) ?? conditionsOf());
    this.#tests = [
      ...this.needle === null ? [] : [line => contains(line, this.needle)],
      ...unwanted.map(one => line => !contains(line, one)),
      ...members === null ? [] : [line => members(line.text)],
    ];
  }

  /** Whether all lines are wanted. */
  get isAll() {
    return this.#tests.length === 0;
  }

  /** Tells of a line whether it is wanted; null when all are. */
  get passes() {
    return this.isAll ? null : line => this.#tests.every(test => test(line));
  }

  /**
   * The part of it that the gateway can filter by, as parameters: [name, value] pairs. The gateway knows no regular
   * expressions. It looks for a text only in the data: the page itself looks for a text that is in a channel's name.
   *
   * @param names those of the channels in which it looks
   */
  parameters(names) {
    const { text, regex, not, where } = this.#view;
    const asks = text !== '' && !regex && this.needle !== null && !names.some(name => finds(this.needle, name));
    return [...asks ? [['q', text]] : [], ...not.map(one => ['not', one]), ...where.map(one => ['where', one])];
  }
}

/** Whether it is in the line: in the message as it is shown, in the data as a reader sees it, or in the channel. */
export function contains(line, wanted) {
  return finds(wanted, line.plain ??= strip(line.message)) || finds(wanted, unescaped(line.text))
    || finds(wanted, line.channel);
}

function finds(wanted, text) {
  wanted.lastIndex = 0;
  return wanted.test(text);
}
