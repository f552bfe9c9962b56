// Reads a refusal of the gateway.

/**
 * The problem of a request that the gateway refused, as { status, detail, scheme }: in the gateway's own words where
 * there are any (RFC 9457).
 */
export async function problemOf(reply) {
  const words = await reply.text().catch(() => '');
  let detail = reply.status + ' ' + reply.statusText;
  try {
    detail = JSON.parse(words).detail ?? detail;
  } catch (notJson) {
    // a proxy's page, which is not for people who read logs
  }
  return { status: reply.status, detail, scheme: reply.headers.get('WWW-Authenticate')?.split(' ')[0] ?? null };
}

/** The state of the stream after a status other than 200. */
export async function refusal(reply) {
  const { status, detail, scheme } = await problemOf(reply);
  if (status === 429 || status === 408 || status >= 500) {
    const seconds = Number(reply.headers.get('Retry-After'));
    return { reason: 'refused', status, detail, after: seconds > 0 ? seconds * 1000 + Math.random() * 1000
        : undefined };
  }
  return { final: true, reason: status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'invalid', status,
      detail, scheme };
}
