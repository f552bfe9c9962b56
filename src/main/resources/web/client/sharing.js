// Which tracks one stream can serve, and which members need none.

/** As many as a gateway takes unless it is told otherwise. */
const MOST_CHANNELS = 100;
const CHANNEL = /^logs(?::(?:\*|[A-Za-z0-9._~@-]{1,128})){2,3}$/;

/** Tracks that one stream can serve, and all their channels. */
export function shareable(members) {
  const channels = new Set();
  const tracks = [];
  for (const member of members) {
    if (member.conditions === null) continue;
    for (const track of member.tracks) {
      if (track.state === 'alone' || track.channels.length === 0 || !track.channels.every(name => CHANNEL.test(name)))
        continue;
      const together = new Set([...channels, ...track.channels]);
      if (together.size > MOST_CHANNELS) continue;
      for (const name of together) channels.add(name);
      tracks.push({ member, track });
    }
  }
  return { channels: [...channels], tracks };
}

/** Hidden members whose channels nobody follows who is seen. */
export function unseen(members) {
  const seen = new Set(members.filter(member => !member.hidden).flatMap(member => member.channels));
  return members.filter(member => member.hidden && !member.channels.every(name => seen.has(name)));
}
