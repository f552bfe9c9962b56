package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which pages of other origins may use the gateway, on every reply there is.
class CorsTest {
    private static final String LISTED = "https://app.example.com";
    private static Gateway any;
    private static Gateway list;

    @BeforeAll
    static void start() {
        any = Gateway.start();
        list = Gateway.start("ALLOWED_ORIGINS=" + LISTED + ", http://localhost:3000");
    }

    @AfterAll
    static void stop() {
        any.close();
        list.close();
    }

    @Test
    void anyOriginMayWithoutCredentials() {
        everyReply(any, "Origin: https://anything.example").forEach((what, answer) -> {
            assertEquals("*", answer.header("Access-Control-Allow-Origin"), what);
            assertNull(answer.header("Access-Control-Allow-Credentials"), what);
            always(what, answer);
        });
        everyReply(any, "Origin: null")
                .forEach((what, answer) -> assertEquals("*", answer.header("Access-Control-Allow-Origin"), what));
    }

    @Test
    void aListedOriginIsEchoedWithCredentials() {
        everyReply(list, "Origin: " + LISTED).forEach((what, answer) -> {
            assertEquals(LISTED, answer.header("Access-Control-Allow-Origin"), what);
            assertEquals("true", answer.header("Access-Control-Allow-Credentials"), what);
            always(what, answer);
        });
        var second = ask(list.port(), request("GET", "/health", "Origin: http://localhost:3000"));
        assertEquals("http://localhost:3000", second.header("Access-Control-Allow-Origin"), "the list may have blanks");
    }

    @Test
    void anOriginThatIsNotListedExactlyIsToldNothingAndCachesAreToldThatItDepends() {
        for (var origin : List.of("https://other.example", "http://app.example.com", "https://app.example.com:443",
                "https://app.example.com/", "https://APP.example.com",
                "https://evil-app.example.com", "https://app.example.com.evil.example", LISTED + "," + LISTED, "null",
                        "*", "")) {
            everyReply(list, "Origin: " + origin).forEach((what, answer) -> {
                assertNull(answer.header("Access-Control-Allow-Origin"), () -> what + " for " + origin);
                assertNull(answer.header("Access-Control-Allow-Credentials"), () -> what + " for " + origin);
                always(what, answer);
            });
        }
        everyReply(list, "X-No-Origin: 1").forEach((what, answer) -> {
            assertNull(answer.header("Access-Control-Allow-Origin"), what);
            always(what, answer);
        });
    }

    @Test
    void aPreflightIsAnsweredWithTheMethodsAndTheHeadersThatItAsksFor() {
        var answer = preflight("/api/logs/publish", "POST", "content-type,x-service-token");
        assertEquals(204, answer.status());
        assertEquals(0, answer.body().length);
        assertNull(answer.header("Content-Length"), "RFC 9110, 8.6: not with a 204");
        assertNull(answer.header("Content-Type"));
        assertEquals("OPTIONS, POST", answer.header("Access-Control-Allow-Methods"));
        assertEquals("content-type, x-service-token", answer.header("Access-Control-Allow-Headers"));
        assertTrue(Integer.parseInt(answer.header("Access-Control-Max-Age")) > 0);
        assertEquals(LISTED, answer.header("Access-Control-Allow-Origin"));
        assertEquals("true", answer.header("Access-Control-Allow-Credentials"));
        always("a preflight", answer);

        assertEquals("GET, HEAD, OPTIONS", preflight("/api/logs/stream?channels=logs:a:b", "GET", "last-event-id")
                .header("Access-Control-Allow-Methods"));
    }

    @Test
    void whateverTracingLibrariesAddIsAllowed() {
        for (var names : List.of("traceparent", "tracestate", "baggage", "sentry-trace", "b3", "x-b3-traceid",
                "x-datadog-trace-id", "newrelic", "x-amzn-trace-id", "uber-trace-id",
                "x-cloud-trace-context", "last-event-id", "authorization", "X-Requested-With", "a",
                        "!#$%&'*+-.^_`|~0aZ", "x".repeat(128)))
            assertEquals(names, allowed(names), names);
        assertEquals("baggage, sentry-trace, traceparent, authorization",
                allowed("baggage,sentry-trace ,\ttraceparent, authorization"));
        assertEquals("A, b", allowed("A,a,,b, B,A"), "each once, however it is spelled");
        var lines = ask(list.port(), request("OPTIONS", "/health", "Origin: " + LISTED,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: a, b", "Access-Control-Request-Headers: c"));
        assertEquals("a, b, c", lines.header("Access-Control-Allow-Headers"), "two lines are one list (RFC 9110, 5.3)");
    }

    @Test
    void whatIsNoNameIsLeftOutAndSoIsWhatIsTooMuch() {
        for (var none : List.of("", ",", " , ", "a b", "a:b", "(a)", "a/b", "a@b", "\"a\"", "a;b", "ä", "x".repeat(129),
                "[a]", "{a}", "a=b", "a?b", "a\\b", "<a>"))
            assertNull(allowed(none), none);
        assertEquals("a, d", allowed("a, b c, d, ä"));
        assertNull(ask(list.port(), request("OPTIONS", "/health", "Origin: " + LISTED))
                .header("Access-Control-Allow-Headers"), "nothing was asked for");
        var names = IntStream.rangeClosed(1, 40).mapToObj(n -> "x-" + n).toList();
        assertEquals(String.join(", ", names.subList(0, 32)), allowed(String.join(",", names)));
        assertEquals("a", allowed("a,".repeat(20_000)));
        assertEquals("z", allowed(",".repeat(40_000) + "z"));
    }

    @Test
    void aPreflightNeedsNoCredentialAndEveryPathHasOne() {
        for (var path : List.of("/", "/health", "/health/live", "/api/logs/stream", "/api/logs/publish",
                "/api/logs/channels", "/test/logs", "/admin/logs/stats"))
            assertEquals(204, preflight(path, "GET", "authorization").status(), path);
        for (var path : List.of("/nowhere", "/api/logs/", "/HEALTH", "/%2568ealth")) {
            var unknown = preflight(path, "GET", "authorization");
            Door.assertProblem(404, "path", unknown);
            assertEquals(LISTED, unknown.header("Access-Control-Allow-Origin"), path);
            always(path, unknown);
        }
    }

    @Test
    void aConnectionSurvivesAPreflight() {
        try (var connection = Wire.connect(list.port())) {
            for (int i = 0; i < 3; i++) {
                connection.send(request("OPTIONS", "/api/logs/publish", "Origin: " + LISTED,
                        "Access-Control-Request-Method: POST"));
                assertEquals(204, connection.receive("OPTIONS").status());
            }
            connection.send(request("OPTIONS", "/api/logs/publish", "hello".getBytes(UTF_8)));
            assertEquals(204, connection.receive("OPTIONS").status(), "one with a body");
            connection.send(request("GET", "/health"));
            assertEquals(200, connection.receive().status());
        }
    }

    private static Wire.Answer preflight(String path, String method, String headers) {
        return ask(list.port(), request("OPTIONS", path, "Origin: " + LISTED, "Access-Control-Request-Method: "
                + method, "Access-Control-Request-Headers: " + headers));
    }

    private static String allowed(String asked) {
        return preflight("/health", "GET", asked).header("Access-Control-Allow-Headers");
    }

    private static void always(String what, Wire.Answer answer) {
        assertEquals(List.of("Origin"), answer.headers().get("vary"), what);
        assertEquals(List.of("Retry-After, RateLimit, RateLimit-Policy, Link, WWW-Authenticate"),
                answer.headers().get("access-control-expose-headers"), what);
    }

    /// A reply of each kind: whole, stream, without a body, every refusal.
    private static Map<String, Wire.Answer> everyReply(Gateway gateway, String origin) {
        var replies = new LinkedHashMap<String, Wire.Answer>();
        replies.put("200", ask(gateway.port(), request("GET", "/health", origin)));
        replies.put("200 to HEAD", head(gateway, "/health", origin));
        replies.put("200 of a stream", head(gateway, "/api/logs/stream?channels=logs:a:b", origin));
        replies.put("204", ask(gateway.port(), request("OPTIONS", "/health", origin)));
        replies.put("400", ask(gateway.port(), request("GET", "/api/logs/stream", origin)));
        replies.put("401", ask(gateway.port(), request("POST", "/api/logs/publish", origin)));
        replies.put("403", ask(gateway.port(),
                request("POST", "/api/logs/publish", "{\"service\":\"x\",\"workspace_id\":\"w\",\"logData\":1}"
                .getBytes(UTF_8), origin, Door.TOKEN, Door.JSON)));
        replies.put("404", ask(gateway.port(), request("GET", "/nowhere", origin)));
        replies.put("405", ask(gateway.port(), request("DELETE", "/health", origin)));
        replies.put("413", ask(gateway.port(),
                request("POST", "/api/logs/publish", new byte[2 << 20], origin, Door.TOKEN, Door.JSON)));
        replies.put("415", ask(gateway.port(), request("POST", "/api/logs/publish", origin, Door.TOKEN)));
        replies.forEach((what, answer) ->
                assertTrue(what.startsWith(String.valueOf(answer.status())), () -> what + " was " + answer));
        return replies;
    }

    private static Wire.Answer head(Gateway gateway, String path, String origin) {
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(request("HEAD", path, origin));
            return connection.receive("HEAD");
        }
    }
}
