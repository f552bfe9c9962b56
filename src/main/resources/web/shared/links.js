// Addresses in text that others wrote. Only plain ones count: http or https, in visible ASCII.

const ADDRESS = /\bhttps?:\/\/[A-Za-z0-9[](?:[!#-;=?-[\]_a-z~])*/gi;
/** Characters that end a sentence around the address, and do not belong to it. */
const TRAILING = /[.,;:!?'*]+$/;
const PAIRS = { ')': '(', ']': '[' };
/** In characters: no browser takes a longer one for granted. */
const LONGEST = 2000;

/** Where the addresses in a text stand, as [from, to] pairs, at most so many. */
export function addressesIn(text, most) {
  const places = [];
  if (!text.includes('://')) return places;
  ADDRESS.lastIndex = 0;
  for (let found = ADDRESS.exec(text); found && places.length < most; found = ADDRESS.exec(text)) {
    const address = trimmed(found[0]);
    if (address.length <= LONGEST && isAddress(address)) places.push([found.index, found.index + address.length]);
  }
  return places;
}

function trimmed(address) {
  for (;;) {
    const shorter = address.replace(TRAILING, '');
    const last = shorter.at(-1);
    const open = PAIRS[last];
    if (open !== undefined && count(shorter, open) < count(shorter, last)) address = shorter.slice(0, -1);
    else if (shorter === address) return address;
    else address = shorter;
  }
}

function count(text, sign) {
  return text.split(sign).length - 1;
}

function isAddress(text) {
  try {
    const { protocol, username } = new URL(text);
    return /^https?:$/.test(protocol) && username === ''; // `bank.example@evil.example` misleads
  } catch (none) {
    return false;
  }
}
