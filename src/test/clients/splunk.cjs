// Logs 1,000 lines through Splunk's logging for JavaScript, in batches, each sent again until it is taken.
const { Logger } = require('splunk-logging');

const LINES = 1000;
const BATCH = 50;
const [url, token, start] = process.argv.slice(2);
const logger = new Logger({ url, token, maxBatchCount: 0, maxRetries: 100 });
logger.error = (problem) => console.error(String(problem));

const flush = () => new Promise((done) => {
  logger.flush((error, response, body) => done(!error && body && body.code === 0));
});

(async () => {
  for (let from = 0; from < LINES; from += BATCH) {
    do {
      logger.serializedContextQueue = [];
      for (let i = from; i < from + BATCH; i++) {
        logger.send({
          message: { text: `line ${i} "é"\t\\`, n: i },
          severity: ['info', 'warn', 'error'][i % 3],
          metadata: { time: Number(start) + i, host: 'db1', source: 'loader', sourcetype: 'app', index: 'main' },
        });
      }
    } while (!await flush());
    await new Promise((resume) => setTimeout(resume, 50));
  }
})();
