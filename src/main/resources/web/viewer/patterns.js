// Patterns that take together what belongs together.

/** As many as one stream may have, unless the gateway was told otherwise. */
const MOST = 100;

/**
 * The patterns that hold several of these channels: all resources of a service in a workspace, and all services of a
 * workspace. [{ name, note }].
 *
 * @param known [{ channel }]
 */
export function patternsOf(known) {
  const channels = new Map();
  const add = (pattern, channel) => channels.set(pattern, (channels.get(pattern) ?? new Set()).add(channel));
  for (const { channel } of known) {
    const [, service, workspace, resource] = channel.split(':');
    if (resource !== undefined) add(`logs:${service}:${workspace}:*`, channel);
    add(`logs:*:${workspace}${resource === undefined ? '' : ':*'}`, channel);
  }
  const services = all => new Set([...all].map(channel => channel.split(':')[1])).size;
  return [...channels].filter(([pattern, all]) => all.size > 1 && (!pattern.startsWith('logs:*') || services(all) > 1))
    .map(([name, all]) => ({ name, note: all.size + ' channels' }));
}

/**
 * The patterns that take in everything that may be read, whether or not something was written there yet; an empty list
 * when they would be too many.
 *
 * A token names the workspaces and services that it opens. Without one that this page can read, it is everything,
 * unless that were less than what there is.
 */
export function everything(known, token) {
  const claims = token === null ? null : claimsOf(token);
  const workspaces = Array.isArray(claims?.workspaces) ? claims.workspaces : ['*'];
  const services = Array.isArray(claims?.services) && !claims.services.includes('*') ? claims.services : ['*'];
  const spaces = workspaces.includes('*') ? ['*'] : workspaces;
  const all = services.flatMap(service =>
      spaces.flatMap(space => [`logs:${service}:${space}`, `logs:${service}:${space}:*`]));
  return known.length === 0 || all.length > MOST ? [] : all;
}

/** The claims of a JWT; null when the token is none. Only the gateway can tell whether they are true. */
function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  } catch (opaque) {
    return null;
  }
}

export function lines(count) {
  return count === 1 ? '1 line' : count.toLocaleString('en') + ' lines';
}
