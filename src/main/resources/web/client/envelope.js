// The parts of an event's JSON that are needed before anybody parses it.

const ENVELOPE = /^\{"channel":"([^"\\]*)"/;

export function channelOf(json) {
  return ENVELOPE.exec(json)?.[1] ?? JSON.parse(json).channel;
}

export function dataOf(json) {
  const at = json.indexOf(',"data":');
  return json.slice(at + 8, -1);
}
