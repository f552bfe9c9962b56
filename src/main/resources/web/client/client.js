/**
 * Follows log channels of a Logs SSE Gateway: an ES module for browsers, workers, and anything else with `fetch`. It
 * needs nothing but `levels.js`, which lies beside it.
 *
 *     import { LogStream } from 'https://logs.example.com/client.js';
 *
 *     const stream = new LogStream('https://logs.example.com/', {
 *       channels: ['logs:etl:workspace123:*'],
 *       tail: 100,
 *       onEvent: event => console.log(event.id, event.channel, event.data),
 *       onGap: gap => console.warn(gap.lost ?? 'some', 'events lost here:', gap.reason),
 *       onState: state => console.info(state.name, state.detail ?? ''),
 *     }).start();
 *     stream.setChannels(['logs:etl:workspace123:*', 'logs:faas:workspace123:*']); // the new one brings its last 100
 *     stream.setFilter({ level: 'warn' });
 *     // later
 *     stream.stop();
 *
 * It delivers every event once and in the order of the log, across cuts, restarts and refusals. It remembers the
 * last id (`stream.cursor`), comes back by itself with it, waits as long as the gateway asks (`retry:`,
 * `Retry-After`) and longer after each failure, at random so that a thousand clients do not come at once. It takes a
 * connection on which nothing moves any more, not even heartbeats, for a cut one, and one over which the machine
 * slept.
 *
 * All streams of an origin that have the same gateway and token share one connection, in one tab or many: by a
 * SharedWorker where the page and the gateway have one origin, else by one tab that leads the others. The token of
 * one is never used for another.
 *
 * Why `fetch` and not `EventSource`: with a token. An `EventSource` can only put it into the address, from where it
 * gets into histories and logs of proxies; here it goes into an `Authorization` header. An `EventSource` is not told
 * either why it was refused, and gives up for good at anything but 200; here `onState` is given the status and the
 * gateway's own words. Nor does it notice a connection that died without a word.
 *
 * Needs a browser of 2022 or later, or Node 18. Options, all but `channels` optional:
 *   channels       names and patterns: ['logs:etl:w:r', 'logs:etl:w:*']
 *   tail           first the newest so many events of history
 *   since          first the events of history from then on: '10m', milliseconds since 1970, or RFC 3339
 *   level, q, not, where
 *                  only events of at least this level, that contain this text, that do not, that have this value
 *                  ('user.id=7'): the gateway filters; all but `level` may be lists, of which all must hold
 *   cursor         where to resume: an id that a stream of earlier had as its `cursor`; wins over `since`, and that
 *                  over `tail`
 *   token          a JWT, or a function that returns one, or a promise of one; asked before every connection
 *   credentials    as of `fetch`; 'include' sends the cookie `logs_token` to another origin
 *   signal         an AbortSignal: stops the stream
 *   share          false for a connection of its own (true)
 *   silence        after so many milliseconds without a byte the connection counts as cut (60000; a gateway with a
 *                  longer HEARTBEAT_SECONDS needs more)
 *   hidden         after so many milliseconds a hidden tab lets go of what only it follows (60000; Infinity for never);
 *                  it resumes when it is seen again
 *   buffer         so many events may wait for a frame or a loop (10000): over it the oldest go, and a gap 'dropped'
 *                  says how many
 *   onEvent(event) a log event: { channel, id, timestamp, text, data, level }; `text` is the publisher's JSON token for
 *                  token, `data` what it parses to, when asked for, and `level` the one that the gateway reads in it,
 *                  as 'error', or null
 *   onEvents(list) the same, once a frame
 *   onGap(gap)     between two events: { reason, lost, from, to }; `lost` is null when nobody can know how many
 *   onState(state) where the connection stands:
 *
 *     start ──▶ connecting ──▶ live ──▶ waiting ──▶ connecting ...      cut, shutdown, unreachable, silence, refused
 *                    │           └──▶ hidden ──▶ connecting              (429, 503), expired, token: it comes back
 *                    └─▶ ended                                           unauthorized, forbidden, invalid: `start`
 *     stop ──▶ stopped                                                   again when that is mended
 *
 *   A gateway ends each stream after a while (MAX_STREAM_SECONDS). Then it comes back at once and is `live` again,
 *   without a state in between.
 *
 *     { name: 'connecting', attempt }
 *     { name: 'live', channels, denied, userId, connectionId }          `denied`: channels that the token does not open
 *     { name: 'waiting', reason, status, detail, attempt, delay, until } `delay` in milliseconds, `until` as of
 *     `Date.now()`
 *     { name: 'hidden' }                                                 nobody has looked for a minute
 *     { name: 'ended', reason, status, detail, scheme }                 `scheme`: how to prove oneself, as `Bearer`;
 *                                                                        null to a page of another origin
 *     { name: 'stopped' }
 *
 * In a loop: `for await (const item of stream)` gives events and gaps; a gap has a `reason`. It throws when the
 * stream has ended.
 *
 * A page with a Content-Security-Policy needs the gateway in `script-src` and `connect-src`. One that asks for
 * Trusted Types needs `trusted-types logs-worker` for the worker, and does without it otherwise.
 */
import './worker.js';

export { LogStream } from './stream.js';
export { LogEvent } from './event.js';
export { EventStreamParser } from './parser.js';
export { compareIds } from './ids.js';
export { problemOf } from './problem.js';
