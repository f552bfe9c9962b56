import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.time.Instant;

/// Logs 1,000 lines through OpenTelemetry's SDK for Java. Where to is in its environment variables.
void main(String[] arguments) throws InterruptedException {
    var exporter = OtlpHttpLogRecordExporter.builder()
            .setEndpoint(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/logs")
            .setTimeout(Duration.ofSeconds(60)).setCompression("gzip")
            .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(5).setRetryExceptionPredicate(_ -> true).build());
    for (var header : System.getenv("OTEL_EXPORTER_OTLP_HEADERS").split(",")) {
        var pair = header.split("=", 2);
        exporter.addHeader(pair[0], pair[1]);
    }
    var processor = BatchLogRecordProcessor.builder(exporter.build()).setMaxExportBatchSize(50)
            .setScheduleDelay(Duration.ofMillis(20)).setExporterTimeout(Duration.ofSeconds(60)).build();
    var resource = Resource.getDefault().toBuilder().put("service.name", "etl").build();
    try (var provider = SdkLoggerProvider.builder().setResource(resource).addLogRecordProcessor(processor).build()) {
        var logger = provider.get("loader");
        var start = Instant.ofEpochMilli(Long.parseLong(arguments[0]));
        var severities = new Severity[] {Severity.INFO, Severity.WARN, Severity.ERROR};
        for (int i = 0; i < 1000; i++) {
            logger.logRecordBuilder().setTimestamp(start.plusMillis(i)).setSeverity(severities[i % 3])
                    .setSeverityText(severities[i % 3].name()).setBody("line " + i + " \"é\"\t\\")
                    .setAttribute(AttributeKey.longKey("n"), (long) i)
                    .setAttribute(AttributeKey.doubleKey("share"), i / 8.0)
                    .setAttribute(AttributeKey.booleanKey("even"), i % 2 == 0).emit();
            Thread.sleep(2);
        }
    }
}
