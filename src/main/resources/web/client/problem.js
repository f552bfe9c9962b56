// What the gateway says when it refuses.

/**
 * What the gateway says to a request that it does not take, as { status, detail, scheme }: its own words where it finds
 * any (RFC 9457).
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

/** What a status other than 200 means for the stream. */
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
