package com.datashop.gateway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jvm;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real log shippers, set up as the documents say, before a gateway.
class ShippersTest extends FollowedSuite {
    @TempDir
    private Path directory;

    ShippersTest() {
        super("logs:etl:workspace123:*&level=info");
    }

    @Test
    void winstonPublishesThroughItsHttpTransport() throws IOException {
        var script = Docs.block("js", "winston.transports.Http").replace("port: 3002", "port: " + gateway.port());
        var file = Files.writeString(Packages.npm().resolve("winston.mjs"), script);
        try (var node = Child.start(Tool.path("node").toString(), file.toString())) {
            assertEquals(0, node.awaitExit(), node::toString);
            var event = log();
            assertEquals("logs:etl:workspace123:workflow456", Gateway.string(event, "channel"));
            assertEquals("{\"level\":\"warn\",\"message\":\"3 rows skipped\",\"rows\":[7,9,12]}",
                    data(event).toString());
        }
    }

    @Test
    void log4jPublishesThroughItsHttpAppender() throws IOException {
        var config = Files.writeString(directory.resolve("log4j2.xml"),
                Docs.block("xml", "<Http name=\"gateway\"", gateway.port()));
        var words = Jvm.command("-Dlog4j2.configurationFile=" + config);
        words.addAll(Packages.program("Log4jProgram", Packages.classPath()));
        try (var program = Child.start(words.toArray(String[]::new))) {
            assertEquals(0, program.awaitExit(), program::toString);
            assertEquals("", program.out(), program::toString);
            var first = data(log());
            assertEquals(List.of("42 rows loaded", "INFO", "etl.Loader"),
                    List.of(Gateway.string(first, "message"), Gateway.string(first, "level"),
                    Gateway.string(first, "logger")));
            var second = data(log());
            assertEquals("no \"rows\"", Gateway.string(second, "message"));
            assertTrue(Gateway.string(second, "error").startsWith("java.lang.IllegalStateException: the table is gone"),
                    second::toString);
        }
    }

    @Test
    void splunkLoggingNeedsTheAddressAndTheToken() throws IOException {
        var script = Docs.block("js", "splunk-logging", gateway.port());
        var file = Files.writeString(Packages.npm().resolve("splunk-docs.cjs"), script);
        try (var node = Child.start(Tool.path("node").toString(), file.toString())) {
            assertEquals(0, node.awaitExit(), node::toString);
            assertEquals("{\"message\":{\"text\":\"load done\",\"rows\":1200},\"severity\":\"info\"}",
                    data(workspaceLog()).toString());
        }
    }

    /// The requests of Docker's driver, from its source: daemon/logger/splunk/splunk.go of moby/moby.
    @Test
    void dockersDriverFindsTheCollectorWhereTheDocumentsSay() {
        var command = Docs.block("sh", "--log-driver=splunk", gateway.port());
        assertTrue(command.contains("splunk-url=http://127.0.0.1:" + gateway.port() + " "), command);
        String token = command.replaceFirst("(?s).*splunk-token=(\\S+) .*", "$1");
        String path = "/services/collector/event/1.0";
        assertEquals(200, gateway.send("OPTIONS", path).statusCode());
        try (var bound = Gateway.start("SERVICE_TOKENS=" + token + "=etl/workspace123");
                var lines = bound.follow("logs:etl:workspace123")) {
            lines.next();
            assertEquals(200, bound.post(path,
                    "{\"event\":{\"line\":\"hi\",\"source\":\"stdout\",\"tag\":\"t\"},\"time\":"
                    + "\"1763877600.250000\",\"host\":\"docker1\"}", "Authorization: Splunk " + token).statusCode());
            assertEquals("{\"line\":\"hi\",\"source\":\"stdout\",\"tag\":\"t\",\"host\":\"docker1\"}",
                    data(Gateway.object(lines.nextLog().data())).toString());
        }
    }

    /// The requests of Fluent Bit, from its documentation: pipeline/outputs/http, "JSON date format" and formats.
    @Test
    void whatFluentBitSendsIsTakenWhereTheDocumentsSay() {
        var config = Docs.block("yaml", "name: http");
        String path = value(config, "uri: (\\S+)");
        String token = "X-Service-Token: " + value(config, "header: X-Service-Token (\\S+)");
        String records =
                "{\"date\":\"2025-11-23T06:00:00.250000Z\",\"log\":\"one\"},{\"date\":1763877600.5,\"level\":\"warn\"}";
        for (var body : List.of("[" + records + "]", records.replace("},", "}"), records.replace("},", "}\n"))) {
            assertEquals(200, gateway.post(path, body, "Content-Type: application/json", token).statusCode());
            try (var all = gateway.follow("logs:etl:workspace123:fluent-bit&tail=2")) {
                var first = Gateway.object(all.nextLog().data());
                assertEquals("one", Gateway.string(data(first), "log"));
                assertEquals(1_763_877_600_250L, Gateway.number(first, "timestamp"));
                assertEquals(1_763_877_600_500L, Gateway.number(Gateway.object(all.nextLog().data()), "timestamp"));
            }
        }
    }

    /// The requests of Vector, from its documentation: reference/configuration/sinks/http. They are arrays or lines.
    @Test
    void whatVectorSendsIsTakenWhereTheDocumentsSay() {
        var config = Docs.block("toml", "[sinks.gateway]");
        String path = value(config, "localhost:3002([^\"]+)");
        String token = "X-Service-Token: " + value(config, "X-Service-Token = \"(\\S+)\"");
        String event =
                "{\"host\":\"db1\",\"message\":\"one\",\"source_type\":\"file\",\"timestamp\":\"2025-11-23T06:00:00."
                + "250Z\"}";
        assertEquals(200, gateway.post(path, "[" + event + "," + event + "]", "Content-Type: application/json", token)
                .statusCode());
        assertEquals(200, gateway.post(path, event + "\n", "Content-Type: application/x-ndjson", token).statusCode());
        try (var all = gateway.follow("logs:etl:workspace123:vector&since=0")) {
            for (var log : all.logs(3)) {
                assertEquals(1_763_877_600_250L, Gateway.number(Gateway.object(log.data()), "timestamp"));
                assertEquals(event, data(Gateway.object(log.data())).toString());
            }
        }
    }

    private static String value(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) throw new AssertionError("no " + pattern + " in " + text);
        return found.group(1);
    }

    private JsonObject workspaceLog() {
        try (var all = gateway.follow("logs:etl:workspace123&tail=1")) {
            return Gateway.object(all.nextLog().data());
        }
    }

    private JsonObject log() {
        return Gateway.object(follower.nextLog().data());
    }

    private static JsonObject data(JsonObject event) {
        return (JsonObject) event.get("data");
    }
}
