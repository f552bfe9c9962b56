// A page around the gateway's own package for React, in StrictMode.
import { StrictMode, version } from 'react';
import { createRoot } from 'react-dom/client';
import { LogView, useLogs } from 'logs-sse-gateway/react';

window.version = version;
window.logged = [];
window.views = [];

function Lines({ src, channels, level }) {
  const { lines, state, clear } = useLogs({ src, channels, level, tail: 10 });
  return <>
    <p id="state">{state.name}</p><button id="clear" onClick={clear}>clear</button>
    <ol>{lines.map((line, i) => <li key={line.id ?? i}>{line.reason ?? line.text}</li>)}</ol>
  </>;
}

const root = createRoot(document.getElementById('root'));
window.show = (src, channels, level) => root.render(<StrictMode>
  <Lines src={src} channels={channels} level={level} />
  <LogView src={src} channels={channels} level={level} tail={10} theme="dark" className="mine"
    style={{ height: '200px' }}
    viewRef={view => window.views.push(view !== null)} onLog={event => window.logged.push(event.text)} />
</StrictMode>);
window.leave = () => root.unmount();
