// What the types allow, and what they do not: compiled, never run.
import { LogStream, LogEvent, compareIds, type LogGap, type LogState } from 'logs-sse-gateway';
import { LEVELS, levelOf } from 'logs-sse-gateway/levels';
import 'logs-sse-gateway/log-view';
import { LogView, useLogs } from 'logs-sse-gateway/react';

const controller = new AbortController();
const stream = new LogStream(new URL('https://logs.example.com/'), {
  channels: new Set(['logs:etl:w:*']), tail: 100, since: '10m', level: 'warn', q: ['a', 'b'], not: 'c',
    where: 'user.id=7', cursor: '1-0',
  token: async () => 'a token', credentials: 'include', signal: controller.signal, share: false, silence: 1000,
    hidden: Infinity, buffer: 10,
  onEvent: (event: LogEvent) => console.log(event.id, event.timestamp + 1, event.level ?? 'none', event.text.length),
  onEvents: events => events.map(event => event.channel),
  onGap: (gap: LogGap) => console.log(gap.lost ?? 'some', gap.reason),
  onState: (state: LogState) => {
    if (state.name === 'waiting') console.log(state.delay, state.until, state.detail);
    else if (state.name === 'live') console.log(state.denied.join());
    // @ts-expect-error only while it waits there is a delay
    else console.log(state.delay);
  },
}).start();
stream.setChannels(['logs:etl:w:r']).setFilter({ level: 'error' }).retryNow();
const cursor: string | null = stream.cursor;
const dropped: number = stream.dropped;
for await (const item of stream) if ('reason' in item) console.log(item.lost); else console.log(item.data);
console.log(compareIds('1-0', cursor ?? '0-0'), dropped, LEVELS[0], levelOf({ level: 'info' }));

// @ts-expect-error channels are needed
new LogStream('https://logs.example.com/', {});
// @ts-expect-error the cursor is the stream's to move
stream.cursor = '1-0';

const view = document.createElement('log-view');
view.token = () => 'a token';
view.filter = { level: 'info', where: ['a=1', 'b=2'] };
view.addEventListener('log', event => console.log(event.detail.id));
view.addEventListener('state', event => console.log(event.detail.name));
view.clear();
view.stream?.setFilter({});

export function Page() {
  const { lines, state, dropped, clear } = useLogs({ src: 'https://logs.example.com/', channels: ['logs:etl:w:r'],
    tail: 10, max: 500, enabled: true });
  return <div onClick={clear}>
    {state.name} {dropped} {lines.map(line => 'reason' in line ? line.lost : line.text)}
    <LogView channels={['logs:etl:w:r']} tail="10" theme="dark" onLog={event => event.level} onGap={gap => gap.reason}
          style={{ height: 300 }} />
    {/* @ts-expect-error there are two themes */}
    <LogView channels="logs:etl:w:r" theme="blue" />
  </div>;
}
