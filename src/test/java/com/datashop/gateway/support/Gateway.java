package com.datashop.gateway.support;

import com.datashop.gateway.cli.command.Serve;
import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.http.Router;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A gateway in this process, on a free port of the loopback, spoken to through its public door.
public final class Gateway implements AutoCloseable {
    /// One of the built-in development tokens.
    public static final String TOKEN = "l5-etl-token";

    private final Serve serve;

    private Gateway(Serve serve) {
        this.serve = serve;
    }

    /// @param settings environment variables, as `HISTORY_EVENTS=10`
    public static Gateway start(String... settings) {
        var environment = new HashMap<>(Map.of("PORT", "0", "HOST", "127.0.0.1", "SHUTDOWN_SECONDS", "2"));
        for (var setting : settings)
            environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
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

    /// Every path that it answers.
    public List<Router.Route> routes() {
        return serve.routes();
    }

    /// The way to its public door.
    public Client client() {
        return new Client(port());
    }

    /// Follows channels, `channels` being what comes after `?channels=`, perhaps with further parameters.
    public Follower follow(String channels, String... headers) {
        return client().follow(channels, headers);
    }

    /// Publishes one entry on `logs:etl:{path}`, the path being `workspace` or `workspace/resource`; returns the
    /// event's id.
    public String publish(String path, String logData) {
        return string(publishReply(path, logData), "id");
    }

    /// The same, and returns the whole reply.
    public JsonObject publishReply(String path, String logData) {
        return Client.accepted(client().tryPublish(path, logData));
    }

    /// Publishes entries on `logs:etl:{path}` as one batch.
    public JsonObject publishAll(String path, List<String> logData) {
        return publishEntries(logData.stream().map(data -> entry(path, data)).toList());
    }

    /// Publishes entries, as [#entry] makes them, as one batch.
    public JsonObject publishEntries(List<String> entries) {
        return Client.accepted(post("/api/logs/publish", String.join("\n", entries),
                "Content-Type: application/x-ndjson", "X-Service-Token: " + TOKEN));
    }

    /// The body that publishes one entry on `logs:etl:{path}`.
    public static String entry(String path, String logData) {
        var parts = path.split("/", 2);
        return "{\"service\":\"etl\",\"workspace_id\":\"" + parts[0] + "\""
                + (parts.length == 2 ? ",\"resource_id\":\"" + parts[1] + "\"" : "")
                + ",\"logData\":" + logData + "}";
    }

    public HttpResponse<String> get(String path, String... headers) {
        return client().get(path, headers);
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return client().post(path, body, headers);
    }

    public HttpResponse<String> post(String path, byte[] body, String... headers) {
        return client().post(path, body, headers);
    }

    public HttpResponse<String> send(String method, String path, String... headers) {
        return client().send(method, path, headers);
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
}
