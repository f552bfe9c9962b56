package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Speaks to a gateway, or to a proxy before one, on a port of the loopback: as [Gateway] does to the one in this
/// process.
public record Client(int port) {
    /// So many of 4 KB are below MAX_BODY_BYTES.
    private static final int BATCH = 200;
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();

    /// Follows channels, `channels` being what comes after `?channels=`, perhaps with further parameters.
    public Follower follow(String channels, String... headers) {
        var follower = Follower.open(port, stream(channels), headers);
        follower.status(); // the head leaves after the stream has joined: what is published from here on is for it
        return follower;
    }

    /// The path and query that follow channels.
    public static String stream(String channels) {
        return "/api/logs/stream?channels=" + channels;
    }

    /// Publishes one entry on `logs:etl:{path}`, the path being `workspace` or `workspace/resource`; returns the
    /// event's id.
    public String publish(String path, String logData) {
        return Gateway.string(accepted(tryPublish(path, logData)), "id");
    }

    /// The same, whatever the answer.
    public HttpResponse<String> tryPublish(String path, String logData) {
        return post("/api/logs/publish", Gateway.entry(path, logData), "Content-Type: application/json",
                "X-Service-Token: " + Gateway.TOKEN);
    }

    /// Publishes entries on `logs:etl:{path}` in batches; returns the id of the last.
    public String publishAll(String path, List<String> logData) {
        String last = null;
        for (int from = 0; from < logData.size(); from += BATCH) {
            var lines = String.join("\n", logData.subList(from, Math.min(from + BATCH, logData.size())).stream()
                    .map(data -> Gateway.entry(path, data)).toList());
            last =
                    Gateway.string(accepted(post("/api/logs/publish", lines, "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN)), "lastId");
        }
        return last;
    }

    /// Publishes the same this often at the same time.
    public List<Future<HttpResponse<String>>> publishAtOnce(ExecutorService executor, int times, String path,
            String logData) {
        return IntStream.range(0, times).mapToObj(_ -> executor.submit(() -> tryPublish(path, logData))).toList();
    }

    /// The status of the gateway, by `/health`.
    public String status() {
        return Gateway.string(Gateway.json(get("/health")), "status");
    }

    /// The value of a metric without labels.
    public String metric(String name) {
        return get("/metrics").body().lines().filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1)).findFirst().orElseThrow();
    }

    /// How many streams `/health` counts.
    public long connections() {
        return Gateway.number(Gateway.json(get("/health")), "connections");
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

    /// A request of any method, without a body.
    public HttpResponse<String> send(String method, String path, String... headers) {
        return send(request(path, headers).method(method, HttpRequest.BodyPublishers.noBody()).build());
    }

    /// The reply to a publish, which must have been taken.
    static JsonObject accepted(HttpResponse<String> reply) {
        if (reply.statusCode() != 200)
            throw new AssertionError("publish was answered " + reply.statusCode() + " " + reply.body());
        return Gateway.json(reply);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
        for (var header : headers)
            request.header(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).strip());
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
