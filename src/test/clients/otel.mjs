// Logs 1,000 lines through OpenTelemetry's SDK for Node. Where to is in its environment variables.
import { LoggerProvider, BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';

const LINES = 1000;
const [encoding, start] = process.argv.slice(2);
const exporter = new (encoding === 'json' ? JsonExporter : ProtobufExporter)({ timeoutMillis: 60000 });
let exported = 0;
const counting = {
  export: (records, done) => exporter.export(records, (result) => {
    if (result.code !== 0) console.error(String(result.error));
    else exported += records.length;
    done(result);
  }),
  forceFlush: () => exporter.forceFlush(),
  shutdown: () => exporter.shutdown(),
};
const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': 'etl', 'service.instance.id': '9223372036854775807' }),
  processors: [new BatchLogRecordProcessor({
    exporter: counting, maxExportBatchSize: 50, scheduledDelayMillis: 20, exportTimeoutMillis: 60000,
  })],
});
const logger = provider.getLogger('loader');
for (let i = 0; i < LINES; i++) {
  logger.emit({
    timestamp: Number(start) + i,
    severityNumber: [9, 13, 17][i % 3], severityText: ['INFO', 'WARN', 'ERROR'][i % 3],
    body: `line ${i} "é"\t\\`,
    attributes: { n: i, share: i / 8, even: i % 2 === 0, list: ['a', 'b'],
      map: { deep: { x: null } }, raw: new Uint8Array([0, 255]) },
  });
  await new Promise((resume) => setTimeout(resume, 2));
}
while (exported < LINES) await new Promise((resume) => setTimeout(resume, 20));
await provider.shutdown();
