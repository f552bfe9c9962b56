// The text in place of the lines, as long as there are none.
import { byId, element } from '../shared/dom.js';
import { lines, patternsOf } from './patterns.js';
import { BASE, partsOf } from './gateway.js';

/** The tokens that a gateway in development has built in. */
const TOKENS = { etl: 'l5-etl-token', faas: 'faas-token', function: 'function-token', analytics: 'analytics-token' };
const MAX_OFFERED = 12;
const EXAMPLE = 'logs:etl:workspace123:workflow456';

export class EmptyState {
  #place = byId('empty');
  #shown = '';

  /** @param actions { choose(channel), sample(channel), clearFilter(), search(), copy(text) } */
  constructor(actions) {
    this.actions = actions;
  }

  hide() {
    this.#place.hidden = true;
    this.#shown = '';
  }

  /** Nothing is chosen: shows what there is. */
  choose(known, development) {
    const all = [...patternsOf(known),
        ...known.map(({ channel, events }) =>
        ({ name: channel, note: events === 0 ? 'no lines yet' : lines(events) }))];
    const offered = all.slice(0, MAX_OFFERED).map(({ name, note }) => element('li', {},
      element('button', { type: 'button', className: 'offered', on: { click: () => this.actions.choose(name) } },
      element('bdi', {}, name), element('span', { className: 'note' }, note))));
    if (offered.length > 0)
      this.#show('choose ' + JSON.stringify(known), 'Which logs?',
          'Pick what to follow. The field at the top takes several at once, and patterns.',
      element('ul', { className: 'offers' }, ...offered),
      all.length > MAX_OFFERED ? element('p', { className: 'quiet' },
      `and ${all.length - MAX_OFFERED} more in the field at the top`) : '');
    else this.#show('nothing ' + development, 'Nothing has been logged here yet',
        'Lines appear the moment a program publishes them:', ...this.#howTo(EXAMPLE, development));
  }

  /** It is connected, and nothing has come. */
  waiting(channels, development, older) {
    this.#show(`waiting ${channels} ${development} ${older.busy} ${older.more}`, 'Waiting for lines',
        element('span', {}, 'Connected to ', element('code', {}, channels.join(', ')),
      '. Nothing has been logged there yet; it will appear here the moment it is.'),
      ...this.#search(older, 'Load older lines', true), ...this.#howTo(channels[0], development));
  }

  /** The filter lets no line through that there is. */
  filtered(count, older) {
    const why = count === 0 ? 'Nothing that this page holds passes the filter and the levels.'
      : `None of ${count === 1 ? 'the one line' : 'the ' + lines(count)} that this page holds `
        + 'passes the filter and the levels.';
    this.#show(`filtered ${count} ${older.busy} ${older.more} ${older.back}`, 'No line matches', why,
      ...older.more || older.busy ? [] : [element('p', {}, 'Nothing in the rest of history does.')],
      ...this.#search(older, older.back === null ? 'Search history' : 'Search further back'),
      element('p', {}, element('button', { type: 'button', on: { click: () => this.actions.clearFilter() } },
      'Show all lines')));
  }

  /** The past holds nothing there. */
  nothing(isRange) {
    this.#show('nothing ' + isRange, isRange ? 'Nothing was written then' : 'There is nothing here',
      isRange ? 'History holds no line of these channels in this time.'
      : 'History no longer holds what the link names.');
  }

  #search(older, name, quiet = false) {
    if (older.busy) return [element('p', { className: 'quiet' }, 'Searching history …')];
    if (!older.more) return [];
    return [element('p', {}, element('button',
        { type: 'button', className: quiet ? '' : 'primary', id: 'search-history',
      on: { click: () => this.actions.search() } }, name))];
  }

  /**
   * The stream has ended for good.
   *
   * @param why what the gateway says
   * @param askAgain asks for another token; null where none was given
   */
  ended(reason, why, askAgain) {
    const again = reason === 'forbidden' && askAgain !== null
        ? element('p', {}, element('button', { type: 'button', className: 'primary', on: { click: askAgain } },
        'Use another token')) : '';
    this.#show('ended ' + reason + why, reason === 'forbidden' ? 'You may not read this' : 'This can not be followed',
        why, again);
  }

  #howTo(channel, development) {
    const { service, workspace, resource } = partsOf(channel);
    const entry = [`"service":"${service}","workspace_id":"${workspace}"`, ...resource === undefined ? []
        : [`"resource_id":"${resource}"`],
      '"logData":{"level":"INFO","message":"42 rows loaded","rows":42}'].join(',\n       ');
    const token = development ? TOKENS[service] ?? 'TOKEN' : 'TOKEN';
    const command =
        `curl ${new URL('api/logs/publish', BASE)} \\\n  -H 'X-Service-Token: ${token}' \\\n`
        + `  -H 'Content-Type: application/json' \\\n  -d '{${entry}}'`;
    const parts = [element('div', { className: 'command' },
        element('pre', { tabIndex: 0, 'aria-label': 'A command that publishes a line' }, command),
      element('button', { type: 'button', on: { click: () => this.actions.copy(command) } }, 'Copy'))];
    if (development && resource !== undefined)
      parts
          .push(element('p', {}, element('button',
          { type: 'button', className: 'primary', id: 'sample', on: { click: () => this.actions.sample(channel) } },
          'Publish a test line')));
    return parts;
  }

  #show(what, title, text, ...more) {
    this.#place.hidden = false;
    if (this.#shown === what) return;
    this.#shown = what;
    this.#place.replaceChildren(element('h2', {}, title), element('p', { className: 'quiet' }, text), ...more);
  }
}

/** Test lines of several kinds, one after the other. */
export function* samples() {
  for (let count = 1; ; count++) {
    yield { level: 'INFO', message: 'Test line ' + count, source: 'viewer', count };
    yield { level: 'DEBUG', message: 'connected to \u001b[36mpostgres\u001b[0m in \u001b[1m12 ms\u001b[0m',
        source: 'viewer', pool: { size: 10, idle: 7 } };
    yield { level: 'WARN', message: '3 rows skipped', source: 'viewer', rows: [17, 23, 42],
        reason: 'no such currency' };
    yield { level: 'ERROR', message: 'Upload failed\nCaused by: timeout after 30 s\n    at upload (store.js:42:7)',
        source: 'viewer', retry: true };
  }
}
