// The requests of the page to the gateway, beside the stream. Paths are relative to the page, so all of it may lie
// below a prefix of a proxy.
import { problemOf } from '../client.js';
import { pageOf } from './page.js';

/** The address of the gateway. */
export const BASE = new URL('../', import.meta.url);

/** Refused; it carries the status, the gateway's own words, and how to prove oneself. */
export class Refused extends Error {
  constructor({ status, detail, scheme }) {
    super(detail);
    Object.assign(this, { status, detail, scheme });
  }
}

/** { version, environment, ... } */
export function index() {
  return ask('', { headers: { Accept: 'application/json' } });
}

/** The channels that one may read: [{ channel, events, lastTimestamp }]. */
export async function channels(token) {
  return (await ask('api/logs/channels', { headers: proof(token) })).channels;
}

/** A page of the past, as [pageOf] reads it, for parameters that are [name, value] pairs. */
export async function pageOfPast(parameters, token, signal) {
  const path = 'api/logs/events?' + new URLSearchParams(parameters);
  return pageOf(await (await reply(path, { headers: { Accept: 'application/json', ...proof(token) }, signal })).text());
}

function proof(token) {
  return token === null ? {} : { Authorization: 'Bearer ' + token };
}

/** Publishes a sample on this channel. */
export function publishSample(channel, logData) {
  const { service, workspace, resource } = partsOf(channel);
  return ask('test/logs', { method: 'POST',
      body: JSON.stringify({ service, workspace_id: workspace, resource_id: resource, logData }) });
}

/** A channel's segments, with examples where it has a `*`. */
export function partsOf(channel) {
  const [, service, workspace, resource] = channel.split(':')
      .map((part, i) => part === '*' ? [null, 'etl', 'workspace123', 'workflow456'][i] : part);
  return { service, workspace, resource };
}

async function ask(path, options) {
  return (await reply(path, options)).json();
}

async function reply(path, options) {
  const answer = await fetch(new URL(path, BASE), { cache: 'no-store', ...options });
  if (!answer.ok) throw new Refused(await problemOf(answer));
  return answer;
}
