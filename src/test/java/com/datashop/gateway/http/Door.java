package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Requests in their bytes, and what their answers must be like.
final class Door {
    static final String TOKEN = "X-Service-Token: " + Gateway.TOKEN;
    static final String JSON = "Content-Type: application/json";
    static final String NDJSON = "Content-Type: application/x-ndjson";

    private Door() { }

    /// A request without a body, on a connection that stays.
    static String request(String method, String path, String... headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: gateway\r\n" + lines(headers) + "\r\n";
    }

    /// A request with a body of a known length, on a connection that stays.
    static byte[] request(String method, String path, byte[] body, String... headers) {
        var request = new ByteArrayOutputStream();
        request.writeBytes((method + " " + path + " HTTP/1.1\r\nHost: gateway\r\n" + lines(headers) + "Content-Length: "
                + body.length + "\r\n\r\n").getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    /// The publishing of a JSON body with the built-in token of etl, on a connection that stays.
    static byte[] publish(byte[] body, String... headers) {
        var all = new String[headers.length + 1];
        all[0] = TOKEN;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return request("POST", "/api/logs/publish", body, all);
    }

    /// Sends a request and reads its answer.
    static Wire.Answer ask(Wire.Connection connection, byte[] request) {
        connection.send(request);
        return connection.receive();
    }

    /// The same, on a connection of its own.
    static Wire.Answer ask(int port, byte[] request) {
        try (var connection = Wire.connect(port)) {
            return ask(connection, request);
        }
    }

    static Wire.Answer ask(int port, String request) {
        return ask(port, request.getBytes(UTF_8));
    }

    static JsonObject object(Wire.Answer answer) {
        return (JsonObject) answer.json();
    }

    static List<String> members(JsonObject object) {
        return List.copyOf(object.members().keySet());
    }

    /// Fails unless this is the gateway's own refusal (RFC 9457), whose detail contains `fragment`.
    static JsonObject assertProblem(int status, String fragment, Wire.Answer answer) {
        return assertProblem(status, fragment, answer, "");
    }

    static JsonObject assertProblem(int status, String fragment, Wire.Answer answer, String what) {
        assertEquals(status, answer.status(), () -> what + " was answered " + answer);
        assertEquals("application/problem+json", answer.header("Content-Type"), () -> what + " was answered " + answer);
        var body = object(answer);
        assertEquals("about:blank", Gateway.string(body, "type"));
        assertEquals(status, Gateway.number(body, "status"));
        assertTrue(!Gateway.string(body, "title").isBlank(), "it has a title");
        String detail = Gateway.string(body, "detail");
        assertTrue(detail.contains(fragment), () -> what + ": '" + detail + "' does not contain '" + fragment + "'");
        assertEquals(detail, Gateway.string(body, "error"));
        assertTrue(!answer.text().contains("com.datashop") && !answer.text().contains("Exception"),
                () -> "it shows names of the inside: " + answer);
        assertEquals("Origin", answer.header("Vary"));
        return body;
    }

    /// The number of streams, from `/health`.
    static long connections(Gateway gateway) {
        return Gateway.number(Gateway.json(gateway.get("/health")), "connections");
    }

    static long published(Gateway gateway) {
        return Gateway.number((JsonObject) Gateway.json(gateway.get("/health")).get("stats"), "logsPublished");
    }

    /// The names of the channels that have events or subscribers.
    static List<String> channels(Gateway gateway) {
        var channels = (JsonArray) Gateway.json(gateway.get("/api/logs/channels")).get("channels");
        return channels.elements().stream().map(channel -> Gateway.string((JsonObject) channel, "channel")).toList();
    }

    private static String lines(String... headers) {
        return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    }

    /// The request that publishes this JSON body in chunks of this many bytes.
    static byte[] chunked(byte[] body, int size) {
        return chunked(body, size, JSON);
    }

    /// The same for a body of another type, which is a header line.
    static byte[] chunked(byte[] body, int size, String type) {
        var request = new ByteArrayOutputStream(body.length + 1000);
        request.writeBytes(("POST /api/logs/publish HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n"
                + TOKEN + "\r\n" + type + "\r\n\r\n").getBytes(UTF_8));
        for (int from = 0; from < body.length; from += size) {
            int length = Math.min(size, body.length - from);
            request.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
            request.write(body, from, length);
            request.writeBytes("\r\n".getBytes(UTF_8));
        }
        request.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        return request.toByteArray();
    }
}
