// Names of channels, and patterns of them.

/** How many segments all of these begin with, and so need not be said of each line. */
export function shared(patterns) {
  const first = patterns[0]?.split(':') ?? [];
  let count = 0;
  while (count < first.length - 1 && first[count] !== '*'
      && patterns.every(pattern => pattern.split(':')[count] === first[count]))
    count++;
  return count;
}
