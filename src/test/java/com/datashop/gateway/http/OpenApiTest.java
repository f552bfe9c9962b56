package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.pages.Asset;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.OpenApi;
import com.datashop.gateway.support.Tokens;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `openapi.json` says all that the gateway answers, and the gateway answers as it says.
class OpenApiTest {
    private static final String PUBLISH = "POST /api/logs/publish";
    private static final String EVENTS = "GET /api/logs/events";
    private static final String STREAM = "GET /api/logs/stream";
    private static final String JSON = "Content-Type: application/json";
    /// Some records do not say their workspace, so this header does. Endpoints that do not know it ignore it.
    private static final String TENANT = "X-Scope-OrgID: workspace123";
    private static final String TOKEN = "X-Service-Token: " + Gateway.TOKEN;

    @TempDir
    private Path directory;

    @Test
    void everyRouteIsInItAndNothingElse() {
        try (var gateway = Gateway.start()) {
            var routes = new TreeSet<String>();
            int parts = 0;
            for (var route : gateway.routes()) {
                if (route.handler() instanceof Asset && isPart(route.path())) parts++;
                else routes.add(route.method() + " " + route.path());
            }
            assertTrue(parts > 20, "the files that pages are made of were seen: " + parts);
            assertEquals(routes, new TreeSet<>(new OpenApi(gateway).operations()));
        }
    }

    /// A file that a page loads is no door of its own.
    private static boolean isPart(String path) {
        return path.matches("/(viewer|dashboard|shared|client)/.+|/icon\\.svg|/(v1/)?[a-z-]+\\.d\\.ts");
    }

    @Test
    void everyRefusalIsInItUnderItsStatus() {
        try (var gateway = Gateway.start()) {
            var openApi = new OpenApi(gateway);
            var documented = new TreeSet<String>();
            openApi.object("components", "responses").members().forEach((name, response) -> {
                var operations = operationsThatAnswer(openApi, name);
                for (var status : operations)
                    for (var reason : OpenApi.texts(((JsonObject) response).get("x-reasons")))
                        documented.add(status + " " + reason);
            });
            var refusals = new TreeSet<String>();
            for (var refusal : Refusal.values())
                if (refusal != Refusal.UNKNOWN_PATH && refusal != Refusal.WRONG_METHOD)
                    refusals.add(refusal.status() + " " + refusal.label());
            assertEquals(refusals, documented);
            var everywhere = new TreeSet<String>(OpenApi.texts(openApi.object("components", "responses", "NotFound")
                    .get("x-reasons")));
            everywhere.addAll(OpenApi.texts(openApi.object("components", "responses", "MethodNotAllowed")
                    .get("x-reasons")));
            assertEquals(new TreeSet<>(List.of(Refusal.UNKNOWN_PATH.label(), Refusal.WRONG_METHOD.label())),
                    everywhere);
        }
    }

    /// The statuses under which operations refer to this response.
    private static TreeSet<String> operationsThatAnswer(OpenApi openApi, String response) {
        var statuses = new TreeSet<String>();
        for (var operation : openApi.operations()) {
            var words = operation.split(" ");
            openApi.object("paths", words[1], words[0].toLowerCase(java.util.Locale.ROOT), "responses").members()
                    .forEach((status, reply) -> {
                if (((JsonObject) reply).get("$ref") instanceof JsonString(var reference)
                        && reference.endsWith("/" + response))
                    statuses.add(status);
            });
        }
        return statuses;
    }

    @Test
    void itsVersionIsTheGateways() {
        try (var gateway = Gateway.start()) {
            var index = Gateway.json(gateway.get("/"));
            assertEquals(index.get("version"), new OpenApi(gateway).object("info").get("version"));
        }
    }

    @Test
    void documentedRequestsAreAnsweredAsDocumented() throws IOException {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1", "MAX_BODY_BYTES=10000")) {
            var openApi = new OpenApi(gateway);
            for (var operation : openApi.operations()) {
                if (operation.equals(STREAM)) continue;
                for (var reply : documented(gateway, openApi, operation)) {
                    openApi.note(operation, reply);
                    assertTrue(reply.statusCode() == 200 || reply.statusCode() == 204, operation + ": " + reply.body());
                }
            }
            refuse(gateway, openApi);
            follow(gateway, openApi);
            assertEquals(new TreeSet<>(), openApi.wrong(directory));
            for (var operation : openApi.operations()) assertTrue(openApi.seen().contains(operation + " 200")
                    || openApi.seen().contains(operation + " 204"), operation + " was tried: " + openApi.seen());
            openApi.object("paths", "/api/logs/stream", "get", "responses", "200", "content", "text/event-stream",
                    "x-messages").members().keySet()
                    .forEach(message -> assertTrue(openApi.seen().contains("message " + message),
                    message + " was seen: " + openApi.seen()));
        }
    }

    /// The replies to what the document has as examples: with each body, and with all parameters.
    private static List<HttpResponse<String>> documented(Gateway gateway, OpenApi openApi, String operation) {
        var words = operation.split(" ");
        var described = openApi.object("paths", words[1], words[0].toLowerCase(java.util.Locale.ROOT));
        if (operation.equals(EVENTS)) return pages(gateway);
        String address = words[1].replace("{index}", "logs");
        if (described.get("requestBody") == null) return List.of(gateway.send(words[0], address));
        var replies = new ArrayList<HttpResponse<String>>();
        ((JsonObject) ((JsonObject) described.get("requestBody")).get("content")).members().forEach((type, content) ->
                ((JsonObject) ((JsonObject) content).get("examples")).members().forEach((_, example) -> {
                    JsonValue value = ((JsonObject) example).get("value");
                    String body = value instanceof JsonString text ? text.value() : value.toString();
                    replies.add(gateway.post(address, body, "Content-Type: " + type, TOKEN, TENANT));
                }));
        assertTrue(!replies.isEmpty(), operation + " has examples");
        return replies;
    }

    private static List<HttpResponse<String>> pages(Gateway gateway) {
        gateway.publish("w/r", "{\"level\":\"info\",\"message\":\"load\"}");
        String page = "/api/logs/events?channels=logs:etl:w:r";
        return List.of(gateway.get(page), gateway.get(page, "Accept: application/x-ndjson"),
                gateway.get(page + "&after=1-1"),
                gateway.get(page
                + "&since=1h&until=2199-01-01T00:00:00Z&level=info&q=load&not=x&where=level=info&limit=1"));
    }

    private static void refuse(Gateway gateway, OpenApi openApi) throws IOException {
        String entry = Gateway.entry("w/r", "1");
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", entry, JSON));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", entry, JSON, "X-Service-Token: wrong"));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", entry, JSON, "X-Service-Token: faas-token"));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", "[" + entry + ",{}]", JSON, TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", "{", JSON, TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", entry, "Content-Type: text/xml", TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish", Gateway.entry("w", "\"" + "x".repeat(20_000) + "\""),
                JSON, TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish?partial=true", entry + "\n{}\n",
                "Content-Type: application/x-ndjson", TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish?partial=true", "{}\n{}\n",
                "Content-Type: application/x-ndjson", TOKEN));
        openApi.note(PUBLISH, gateway.post("/api/logs/publish?partial=maybe", entry, JSON, TOKEN));
        openApi.note(STREAM, gateway.get("/api/logs/stream"));
        openApi.note(EVENTS, gateway.get("/api/logs/events"));
        openApi.note("GET /admin/logs/stats", gateway.get("/admin/logs/stats?summary=true"));
        openApi.note("GET /admin/logs/stats", gateway.get("/admin/logs/stats?summary=perhaps"));
        try (var limited = Gateway.start("PUBLISH_RATE=1", "ADMIN_TOKEN=secret", "STREAM_AUTH=jwt", "JWT_SECRET="
                + Tokens.SECRET,
                "MAX_CONNECTIONS=1")) {
            for (int i = 0; i < 3; i++) openApi.note(PUBLISH, limited.post("/api/logs/publish", entry, JSON, TOKEN));
            openApi.note("GET /metrics", limited.get("/metrics"));
            openApi.note("GET /admin/logs/stats", limited.get("/admin/logs/stats", "Authorization: Bearer wrong"));
            openApi.note("GET /api/logs/channels", limited.get("/api/logs/channels"));
            openApi.note(STREAM, limited.get("/api/logs/stream?channels=logs:etl:w:r"));
            openApi.note(EVENTS, limited.get("/api/logs/events?channels=logs:etl:w:r"));
            String bearer = "Authorization: Bearer " + Tokens.reader(60, "w");
            openApi.note(STREAM, limited.get("/api/logs/stream?channels=logs:etl:other:r", bearer));
            try (var _ = limited.follow("logs:etl:w:r", bearer)) {
                openApi.note(STREAM, limited.get("/api/logs/stream?channels=logs:etl:w:r", bearer));
                openApi.note(EVENTS, limited.get("/api/logs/events?channels=logs:etl:w:r", bearer));
                try (var refused = limited.follow("logs:etl:w:r", bearer, "Accept: text/event-stream")) {
                    openApi.note(refused.next());
                }
            }
        }
        try (var production = Gateway.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl")) {
            openApi.note("GET /metrics", production.get("/metrics"));
            openApi.note("POST /test/logs", production.post("/test/logs", ""));
        }
        for (var expected : List.of("400", "401", "403", "413", "415", "429"))
            assertTrue(openApi.seen().contains(PUBLISH + " " + expected), expected + ": " + openApi.seen());
    }

    private static void follow(Gateway gateway, OpenApi openApi) {
        try (var follower = gateway.follow("logs:etl:workspace123:*&lastEventId=unheard-of&level=info&q=load")) {
            gateway.publish("workspace123/r", "{\"level\":\"info\",\"message\":\"load\"}");
            follower.await(message -> message.event().equals("message"));
            gateway.publish("elsewhere/r", "1");
            follower.await(message -> message.event().equals("cursor"));
            assertEquals(200, follower.status());
            openApi.seen().add(STREAM + " 200");
            for (var message : follower.messages()) openApi.note(message);
        }
        var stopping = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
        try (var expiring = stopping.follow("logs:etl:w:r", "Authorization: Bearer " + Tokens.reader(-29, "w"))) {
            openApi.note(expiring.await(message -> message.event().equals("expired")));
        }
        try (var lasting = stopping.follow("logs:etl:w:r,logs:etl:denied:r", "Authorization: Bearer "
                + Tokens.reader(60, "w"))) {
            stopping.close();
            openApi.note(lasting.await(message -> message.event().equals("shutdown")));
            for (var message : lasting.messages()) openApi.note(message);
        } finally {
            stopping.close();
        }
    }
}
