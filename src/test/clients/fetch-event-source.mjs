// @microsoft/fetch-event-source is for browsers: a page follows with it, and keeps the ids that it has seen.
import { fetchEventSource } from '@microsoft/fetch-event-source';

window.ids = [];
window.follow = url => fetchEventSource(url, {
  openWhenHidden: true,
  onmessage: message => { if (message.event === '') window.ids.push(message.id); },
  onclose: () => { throw new Error('it ends with the stream unless this throws'); },
  onerror: () => undefined, // nothing: it tries again after the time that the stream has named
});
