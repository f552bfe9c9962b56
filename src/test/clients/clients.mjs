// Clients from npm in one process, each following the stream that the argument names; a line for each log event: which
// client, and the id.
import { EventSource } from 'eventsource';
import { createEventSource } from 'eventsource-client';
import { EventSource as UndiciEventSource } from 'undici';

const url = process.argv[2];
const note = client => event => console.log(client, event.id ?? event.lastEventId);

new EventSource(url).onmessage = note('eventsource');

createEventSource({ url, onMessage: event => event.event === undefined && note('eventsource-client')(event) });

new UndiciEventSource(url).onmessage = note('undici');
