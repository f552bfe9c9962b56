/**
 * React's way to `client.js` and `log-view.js`, for React 18 and 19. It imports React from your bundle or import map.
 *
 *     const { lines, state, dropped, clear } = useLogs({ src: 'https://logs.example.com/', channels:
 *     ['logs:etl:workspace123:*'], tail: 100 });
 *     <LogView src="https://logs.example.com/" channels="logs:etl:workspace123:*" tail={100} onLog={event => ...} />
 *
 * `useLogs` takes the options of `LogStream` but for its callbacks, and:
 *   src      the address of the gateway
 *   max      so many lines are kept (1000)
 *   enabled  false: connects to nothing
 *
 * `lines` are events and gaps, in order; a gap has a `reason`. They change once a frame. Other channels or filters
 * change the
 * stream in place; another `src`, `tail`, `since`, `credentials` or `share` begins anew.
 */
import { createElement, useCallback, useEffect, useRef, useState } from 'react';
import { LogStream } from './client.js';
import './log-view.js';

const MOST = 1000;
const NOTHING = { lines: [], state: { name: 'stopped' }, dropped: 0 };

export function useLogs({ src, channels, level, q, not, where, tail, since, token, credentials, share, silence, hidden,
    max = MOST,
  enabled = true }) {
  const [shown, setShown] = useState(NOTHING);
  const stream = useRef(null);
  const latest = useRef(null);
  latest.current = { token, max };
  const filter = JSON.stringify({ level, q, not, where });
  const names = channels.join();

  useEffect(() => {
    if (!enabled || names === '') return undefined;
    setShown(NOTHING);
    let lines = [];
    const show = () => setShown(before => ({ ...before, lines, dropped: stream.current?.dropped ?? 0 }));
    const add = more => {
      lines = [...lines, ...more].slice(-latest.current.max);
      show();
    };
    const follow = new LogStream(src, {
      channels: names.split(','), ...JSON.parse(filter), tail, since, credentials, share, silence, hidden,
      token: () => typeof latest.current.token === 'function' ? latest.current.token() : latest.current.token,
      onEvents: add, onGap: gap => add([gap]), onState: state => setShown(before => ({ ...before, state })),
    });
    follow.clear = () => {
      lines = [];
      show();
    };
    stream.current = follow;
    follow.start();
    return () => {
      follow.stop();
      stream.current = null;
    };
  }, [String(src), tail, String(since), credentials, share, silence, hidden, enabled, names === '']);

  useEffect(() => {
    if (names !== '') stream.current?.setChannels(names.split(','));
  }, [names]);
  useEffect(() => {
    stream.current?.setFilter(JSON.parse(filter));
  }, [filter]);

  const clear = useCallback(() => stream.current?.clear(), []);
  return { ...shown, clear };
}

/** `<log-view>` with its properties and events; `className`, `style` and what else an element takes are passed on. */
export function LogView({ token, credentials, filter, onLog, onGap, onState, channels, className, viewRef, ...rest }) {
  const own = useRef(null);
  const listeners = useRef(null);
  listeners.current = { log: onLog, gap: onGap, state: onState };
  const place = useCallback(view => {
    own.current = view;
    if (typeof viewRef === 'function') viewRef(view);
    else if (viewRef) viewRef.current = view;
  }, [viewRef]);
  useEffect(() => {
    if (own.current !== null) Object.assign(own.current, { token, credentials, filter });
  }, [token, credentials, filter]);
  useEffect(() => {
    const view = own.current;
    const listen = event => listeners.current[event.type]?.(event.detail);
    for (const name of ['log', 'gap', 'state']) view.addEventListener(name, listen);
    return () => {
      for (const name of ['log', 'gap', 'state']) view.removeEventListener(name, listen);
    };
  }, []);
  return createElement('log-view',
      { ...rest, class: className, channels: Array.isArray(channels) ? channels.join() : channels, ref: place });
}
