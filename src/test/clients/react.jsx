// A page around the hook that the documents show.
import { createRoot } from 'react-dom/client';
import { useLogs } from './useLogs.jsx';

function Page() {
  const { lines, connected } = useLogs(['logs:etl:workspace123:*']);
  return <>
    <p id="state">{connected ? 'connected' : 'away'}</p>
    <ol>{lines.map(line => <li key={line.id}>{JSON.stringify(line.gap ?? line.data)}</li>)}</ol>
  </>;
}

const root = createRoot(document.getElementById('root'));
root.render(<Page />);
window.leave = () => root.unmount();
