// What is before this in the file has made a logger. Logs 1,000 lines with it: half of them when a file has come.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
for (let i = 0; i < 1000; i++) {
  for (let tries = 0; i === 500 && tries < 1800 && !existsSync(process.argv[2]); tries++) await wait(50);
  LOG(i, `line ${i} "é"\t\\`, ['info', 'warn', 'error'][i % 3]);
}
