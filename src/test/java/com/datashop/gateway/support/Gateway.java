package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.Config;
import com.datashop.gateway.cli.ConfigException;
import com.datashop.gateway.cli.Serve;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A gateway in this process, on a free port of the loopback, spoken to through its public door.
public final class Gateway implements AutoCloseable {
    /// One of the built-in development tokens.
    public static final String TOKEN = "l5-etl-token";

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    private final Serve serve;

    private Gateway(Serve serve) {
        this.serve = serve;
    }

    /// @param settings environment variables, as `HISTORY_EVENTS=10`
    public static Gateway start(String... settings) {
        var environment = new HashMap<>(Map.of("PORT", "0", "HOST", "127.0.0.1", "SHUTDOWN_SECONDS", "2"));
        for (var setting : settings) environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        try {
            return new Gateway(Serve.start(Config.of(environment, List.of())));
        } catch (ConfigException bad) {
            throw new IllegalArgumentException(bad);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public int port() {
        return serve.port();
    }

    /// Follows channels, `channels` being what comes after `?channels=`, perhaps with further parameters.
    public Follower follow(String channels, String... headers) {
        return Follower.open(port(), "/api/logs/stream?channels=" + channels, headers);
    }

    /// Publishes one entry on `logs:etl:{path}`, the path being `workspace` or `workspace/resource`; returns the event's id.
    public String publish(String path, String logData) {
        return string(publishReply(path, logData), "id");
    }

    /// The same, and returns the whole reply.
    public JsonObject publishReply(String path, String logData) {
        var reply = post("/api/logs/publish", entry(path, logData), "Content-Type: application/json", "X-Service-Token: " + TOKEN);
        if (reply.statusCode() != 200) throw new AssertionError("publish was answered " + reply.statusCode() + " " + reply.body());
        return json(reply);
    }

    /// Publishes entries on `logs:etl:{path}` as one batch.
    public JsonObject publishAll(String path, List<String> logData) {
        return publishEntries(logData.stream().map(data -> entry(path, data)).toList());
    }

    /// Publishes entries, as [#entry] makes them, as one batch.
    public JsonObject publishEntries(List<String> entries) {
        var reply = post("/api/logs/publish", String.join("\n", entries), "Content-Type: application/x-ndjson", "X-Service-Token: " + TOKEN);
        if (reply.statusCode() != 200) throw new AssertionError("publish was answered " + reply.statusCode() + " " + reply.body());
        return json(reply);
    }

    /// The body that publishes one entry on `logs:etl:{path}`.
    public static String entry(String path, String logData) {
        var parts = path.split("/", 2);
        return "{\"service\":\"etl\",\"workspace_id\":\"" + parts[0] + "\"" + (parts.length == 2 ? ",\"resource_id\":\"" + parts[1] + "\"" : "")
                + ",\"logData\":" + logData + "}";
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return post(path, body.getBytes(UTF_8), headers);
    }

    public HttpResponse<String> post(String path, byte[] body, String... headers) {
        return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    }

    public HttpResponse<String> send(String method, String path, String... headers) {
        return send(request(path, headers).method(method, HttpRequest.BodyPublishers.noBody()).build());
    }

    public static JsonObject json(HttpResponse<String> reply) {
        return object(reply.body());
    }

    /// The JSON object that this text is.
    public static JsonObject object(String text) {
        try {
            return (JsonObject) JsonValue.parse(text);
        } catch (JsonException invalid) {
            throw new AssertionError("not JSON: " + text, invalid);
        }
    }

    public static String string(JsonObject object, String member) {
        return ((JsonString) object.get(member)).value();
    }

    public static long number(JsonObject object, String member) {
        return Long.parseLong(((JsonNumber) object.get(member)).text());
    }

    /// Drains and stops, as SIGTERM does.
    @Override
    public void close() {
        serve.close();
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).timeout(Duration.ofSeconds(30));
        for (var header : headers) request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).strip());
        return request;
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
