// Ids of events: `MAJOR-MINOR`, pairs of unsigned 64-bit numbers, which are too large for a JavaScript number.

/** Which of two ids comes first: below, at, or above 0. */
export function compareIds(one, other) {
  const [oneMajor, oneMinor = '0'] = one.split('-');
  const [otherMajor, otherMinor = '0'] = other.split('-');
  return compareDigits(oneMajor, otherMajor) || compareDigits(oneMinor, otherMinor);
}

/** Whether the text has the form of an id. */
export function isId(text) {
  return typeof text === 'string' && /^(?:0|[1-9][0-9]*)-(?:0|[1-9][0-9]*)$/.test(text);
}

/** The later of two ids; null comes before all. */
export function later(one, other) {
  if (one === null || other === null) return one ?? other;
  return compareIds(one, other) < 0 ? other : one;
}

function compareDigits(one, other) {
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}
