package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Tokens;
import com.datashop.gateway.support.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Values as long as a head may be, made to cost as much as they can: each is answered in a time that grows with its
/// length and no faster.
///
/// The bound is far from what a sound gateway takes, which is a second for all of them, and from what one takes that is
/// quadratic in any of them, which is minutes.
class HostileValuesTest {
    private static final int LONG = 60_000;
    private static final int TIMES = 40;
    private static final Duration BOUND = Duration.ofSeconds(60);
    /// Texts of which a search for blanks, separators, quotes or escapes at an end, or for one that is not there, has
    /// most to do.
    private static final List<String> PARTS = List.of(" ", "\t", ",", ";", "\"", "=", "a", "*", "a,", ",a", " ,",
            "a=b;", "q=0", ";q=", "; q = ", "/", "-", ":", ".", "1", "9", "1,", "[", "%", "é", "Aa,BB,");
    private static Gateway gateway;
    private static Gateway proxied;
    private static Gateway tokens;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("TRUST_PROXY=2");
        proxied = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=" + "s".repeat(40));
        tokens = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "ADMIN_TOKEN=" + "t".repeat(40));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        proxied.close();
        tokens.close();
    }

    @Test
    void aNameWithBlanksInItsMiddleIsRefusedAtOnce() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < TIMES; i++)
                for (var blank : List.of("+", "%20", "%09", "+%09")) {
                    var value = "a" + blank.repeat(LONG / blank.length()) + "b";
                    Door.assertProblem(400, "channel", ask(gateway,
                            request("GET", "/api/logs/stream?channels=" + value)));
                }
        });
    }

    @Test
    void everyParameterIsReadInOneGo() {
        assertTimeoutPreemptively(BOUND, () -> {
            int asked = 0;
            for (var part : List.of("+", "%20", "%09", ",", "%2C", ",+", "+,", "a", "%25", "%C3%A9", "9", "-", "1-",
                    "%22", "*", ":", "=", "%3D", ".", "a.", "%5C", "T", "e", "%0A"))
                for (var name : List.of("channels", "lastEventId", "since", "tail", "level", "q", "not", "where",
                        "access_token", "unknown")) {
                    var value = "a" + part.repeat(LONG / part.length()) + "b";
                    int status = ask(gateway, request("GET", "/api/logs/stream?" + name + "=" + value
                            + (name.equals("channels") ? "" : "&tail=x"))).status();
                    assertEquals(400, status, () -> name + " with " + part);
                    asked++;
                }
            for (var query : List.of("&", "=", "&=", "a&", "&a=", "%25&", "%", "channels&", "channels=,&", "q=&",
                    "Aa&BB&", "a=%20&")) {
                int status = ask(gateway, request("GET", "/api/logs/stream?"
                        + query.repeat(LONG / query.length()))).status();
                assertEquals(400, status, query);
                asked++;
            }
            assertTrue(asked > 200, "asked: " + asked);
        });
    }

    @Test
    void everyHeaderIsReadInOneGo() {
        assertTimeoutPreemptively(BOUND, () -> {
            int asked = 0;
            for (var name : List.of("Accept", "Accept-Encoding", "If-None-Match", "Cookie", "Authorization",
                    "X-Forwarded-For", "Origin", "Last-Event-ID", "X-User-Id", "Access-Control-Request-Headers"))
                for (var part : PARTS) {
                    var header = name + ": a" + part.repeat(LONG / part.getBytes(UTF_8).length) + "b";
                    for (var path : List.of("/", "/api/logs/stream?channels=logs:a:b&tail=x")) {
                        var answer = ask(gateway, request(name.startsWith("Access") ? "OPTIONS" : "GET", path, header));
                        assertTrue(answer.status() == 200 || answer.status() == 204 || answer.status() == 400, () ->
                                header.substring(0, 40) + " was answered " + answer);
                        asked++;
                    }
                }
            assertTrue(asked > 400, "asked: " + asked);
        });
    }

    @Test
    void everyHeaderOfOneWhoProvesHimselfIsReadInOneGo() {
        assertTimeoutPreemptively(BOUND, () -> {
            for (var part : PARTS) {
                var value = "a" + part.repeat(LONG / part.getBytes(UTF_8).length) + "b";
                assertEquals(403, ask(proxied, request("GET", "/api/logs/stream?channels=logs:a:other",
                        "X-Proxy-Secret: " + "s".repeat(40), "X-User-Id: u", "X-Workspace-Ids: " + value)).status(),
                        part);
                assertEquals(401, ask(proxied, request("GET", "/api/logs/stream?channels=logs:a:other",
                        "X-Proxy-Secret: " + value)).status(), part);
                for (var header : List.of("Authorization: Bearer " + value, "Cookie: logs_token=" + value,
                        "Cookie: " + value + "; logs_token=x", "Authorization: Bearer " + Tokens.sign("{}") + value))
                    assertEquals(401, ask(tokens, request("GET", "/api/logs/stream?channels=logs:a:b",
                            header)).status(), part);
                assertEquals(401, ask(tokens, request("GET", "/metrics", "Authorization: Bearer " + value)).status(),
                        part);
                assertEquals(401, ask(gateway, request("POST", "/api/logs/publish", "{}".getBytes(UTF_8),
                        "X-Service-Token: " + value)).status(), part);
                for (var header : List.of("Content-Type: a" + value, "Content-Type: application/json;" + value,
                        "Content-Type: application/json; charset=" + value, "Content-Encoding: " + value)) {
                    int status = ask(gateway, request("POST", "/api/logs/publish", "{}".getBytes(UTF_8), Door.TOKEN,
                            header)).status();
                    assertTrue(status == 400 || status == 415, () ->
                            header.substring(0, 60) + " was answered " + status);
                }
            }
        });
    }

    @Test
    void aWorkspaceListWhoseNamesCollideIsNoWorse() {
        assertTimeoutPreemptively(BOUND, () -> {
            var ids = String.join(",", colliding(11)); // 2,048 names with one hash, 47 KB
            for (int i = 0; i < TIMES; i++)
                assertEquals(403, ask(proxied, request("GET", "/api/logs/stream?channels=logs:a:other",
                        "X-Proxy-Secret: " + "s".repeat(40), "X-User-Id: u", "X-Workspace-Ids: " + ids)).status());
            var names = String.join("&", colliding(11));
            for (int i = 0; i < TIMES; i++) assertEquals(400,
                    ask(gateway, request("GET", "/api/logs/stream?" + names)).status());
        });
    }

    /// All texts of so many pairs `Aa` and `BB`, which have the same hash.
    private static List<String> colliding(int pairs) {
        var all = List.of("");
        for (int i = 0; i < pairs; i++) {
            var longer = new ArrayList<String>();
            for (var text : all) longer.addAll(List.of(text + "Aa", text + "BB"));
            all = longer;
        }
        assertEquals(1, all.stream().map(String::hashCode).distinct().count());
        return all;
    }

    private static Wire.Answer ask(Gateway gateway, String request) {
        return ask(gateway, request.getBytes(UTF_8));
    }

    private static Wire.Answer ask(Gateway gateway, byte[] request) {
        return Door.ask(gateway.port(), request);
    }
}
