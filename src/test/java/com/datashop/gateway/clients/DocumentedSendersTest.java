package com.datashop.gateway.clients;

import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.OtlpProtobuf;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Senders that can not be installed here: what each sends, by its documentation, arrives at the address and with the
/// token that its configuration in `shipping.md` has.
class DocumentedSendersTest extends FollowedSuite {
    DocumentedSendersTest() {
        super("logs:etl:workspace123,logs:etl:workspace123:*");
    }

    /// From the README of exporter/otlphttpexporter of open-telemetry/opentelemetry-collector: it adds `/v1/logs` to
    /// the endpoint, and sends protobuf in gzip.
    @Test
    void theCollectorsExporterOfOtlp() {
        var config = Docs.block("yaml", "otlphttp:", gateway.port());
        String root = value(config, "endpoint: http://[^/\n]+([^\n]*)");
        byte[] body = OtlpProtobuf.request(Gateway.object("{\"resourceLogs\":[{\"resource\":{\"attributes\":[]},"
                + "\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{\"timeUnixNano\":\"1763877600250000000\","
                + "\"body\":{\"stringValue\":\"one\"},\"attributes\":[{\"key\":\"log.file.name\",\"value\":"
                + "{\"stringValue\":\"a.log\"}}],\"traceId\":\"\",\"spanId\":\"\"}]}]}]}"));
        var answer = post(root + "/v1/logs", gzip(body), "Content-Type: application/x-protobuf",
                "Content-Encoding: gzip", "X-Service-Token: " + value(config, "X-Service-Token: (\\S+)"),
                "X-Scope-OrgID: " + value(config, "X-Scope-OrgID: (\\S+)"));
        assertEquals("200 ", answer.statusCode() + " " + answer.body());
        assertEntry("logs:etl:workspace123", "{\"message\":\"one\",\"log.file.name\":\"a.log\"}");
    }

    /// From "Ship logs to Loki" and clients/pkg/promtail/client of grafana/loki: protobuf in snappy, the tenant in
    /// `X-Scope-OrgID`.
    @Test
    void promtail() {
        var config = Docs.block("yaml", "clients:", gateway.port());
        assertPushed(value(config, "url: http://[^/]+(\\S+)"), value(config, "tenant_id: (\\S+)"),
                value(config, "username: ([^,]+)"), value(config, "password: ([^}]+)"),
                value(config, "external_labels: \\{(service_name): ") + "=\"" + value(config, "service_name: ([^}]+)")
                + "\"");
    }

    /// From Alloy's reference of `loki.write`, which sends as Promtail does.
    @Test
    void alloy() {
        var config = Docs.block("alloy", "loki.write", gateway.port());
        assertPushed(value(config, "url\\s+= \"http://[^/]+([^\"]+)"), value(config, "tenant_id = \"([^\"]+)"),
                value(config, "username = \"([^\"]+)"), value(config, "password = \"([^\"]+)"),
                value(config, "external_labels = \\{ (service_name) = ") + "=\""
                + value(config, "service_name = \"([^\"]+)") + "\"");
    }

    private void assertPushed(String path, String tenant, String user, String password, String label) {
        byte[] entry = joined(OtlpProtobuf.bytes(1, new byte[] {8, (byte) 0xE0, (byte) 0xC5, (byte) 0x8A, (byte) 0xC9,
            6}), OtlpProtobuf.bytes(2, "one".getBytes(UTF_8)));
        byte[] stream = joined(OtlpProtobuf.bytes(1, ("{filename=\"a.log\", " + label + "}").getBytes(UTF_8)),
                OtlpProtobuf.bytes(2, entry));
        byte[] push = OtlpProtobuf.bytes(1, stream);
        byte[] head = {(byte) push.length, (byte) (60 << 2), (byte) (push.length - 1)};
        assertTrue(push.length < 128, "its length takes one byte");
        var answer = post(path, joined(head, push), "Content-Type: application/x-protobuf", "X-Scope-OrgID: " + tenant,
                basic(user, password));
        assertEquals("204 ", answer.statusCode() + " " + answer.body());
        assertEntry("logs:etl:workspace123", "{\"message\":\"one\",\"filename\":\"a.log\",\"service_name\":\"etl\"}");
    }

    /// From logstash-plugins/logstash-output-elasticsearch, http_client.rb and its pool: before it sends, it asks for
    /// the root and the license.
    @Test
    void logstash() {
        var config = Docs.block("logstash", "elasticsearch {", gateway.port());
        String root = value(config, "hosts => \\[\"http://[^/]+([^\"]+)");
        String token = basic(value(config, "user => \"([^\"]+)"), value(config, "password => \"([^\"]+)"));
        assertEquals(200, gateway.send("HEAD", root + "/", token).statusCode());
        var info = gateway.get(root + "/", token);
        assertEquals("Elasticsearch", info.headers().firstValue("X-Elastic-Product").orElseThrow());
        assertTrue(value(info.body(), "\"number\":\"(\\d+)").equals("8"), info::body);
        assertEquals("active", value(gateway.get(root + "/_license", token).body(), "\"status\":\"(\\w+)"));
        String document = "{\"@timestamp\":\"2025-11-23T06:00:00.250Z\",\"message\":\"one\",\"workspace_id\":\""
                + value(config, "\"workspace_id\" => \"([^\"]+)") + "\"}";
        String pair = "{\"" + value(config, "action => \"([^\"]+)") + "\":{\"_id\":null,\"_index\":\""
                + value(config, "index => \"([^\"]+)") + "\",\"routing\":null}}\n" + document + "\n";
        var answer = post(root + "/_bulk?filter_path=errors,items.*.error,items.*.status", gzip(pair.getBytes(UTF_8)),
                "Content-Type: application/json", "Content-Encoding: gzip", token);
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("\"errors\":false"), answer::body);
        assertEntry("logs:etl:workspace123", document);
    }

    /// From heroku/logplex, doc/README.http_drains.md: its headers, and the user and password of the address.
    @Test
    void herokusDrain() {
        var address = Pattern.compile("drains:add 'https://([^:]+):([^@]+)@[^/]+(/[^']+)'")
                .matcher(Docs.text("shipping.md"));
        assertTrue(address.find());
        String frame = "<190>1 2025-11-23T06:00:00.250000+00:00 host app web.1 - one\n";
        var answer = post(address.group(3), (frame.length() + " " + frame).getBytes(UTF_8),
                "Content-Type: application/logplex-1", "Logplex-Msg-Count: 1",
                "Logplex-Frame-Id: 09C557EAFCFB6CF2740EE62F62971098", "User-Agent: Logplex/v49",
                "Logplex-Drain-Token: d.73ea7440-270a-435a-a0ea-adf50b4e5f5a",
                basic(address.group(1), address.group(2)));
        assertEquals("204 ", answer.statusCode() + " " + answer.body());
        assertEntry("logs:etl:workspace123",
                "{\"level\":\"info\",\"message\":\"one\",\"app\":\"app\",\"proc\":\"web.1\",\"host\":\"host\"}");
    }

    private HttpResponse<String> post(String path, byte[] body, String... headers) {
        return gateway.post(path, body, headers);
    }

    private void assertEntry(String channel, String data) {
        var event = Gateway.object(follower.nextLog().data());
        assertEquals(channel, Gateway.string(event, "channel"));
        assertEquals(data, ((JsonObject) event.get("data")).toString());
        long seconds = Gateway.number(event, "timestamp") / 1000;
        assertEquals(1_763_877_600L, seconds);
    }

    private static String basic(String user, String password) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private static String value(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) throw new AssertionError("no " + pattern + " in " + text);
        return found.group(1);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }
}
