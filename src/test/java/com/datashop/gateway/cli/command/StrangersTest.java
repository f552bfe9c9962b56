package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Stranger;
import com.datashop.gateway.support.Stranger.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `tail` and `publish` when something else than a gateway answers, or nobody does.
class StrangersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PUBLISH = "gateway publish --service etl --workspace w ";
    private static final String CONNECTION = "event: connection\nid: 1-1\ndata: {\"type\":\"connection\"}\n\n";
    private static final String EVENT = "id: 1-2\ndata: {\"channel\":\"logs:etl:w\",\"id\":\"1-2\",\"timestamp\":1,"
            + "\"data\":\"first\"}\n\n";
    private static final String LATER = "id: 1-3\ndata: {\"channel\":\"logs:etl:w\",\"id\":\"1-3\",\"timestamp\":1,"
            + "\"data\":\"second\"}\n\n";

    @Test
    void aPageOfAnotherProgramPublishesNothing() {
        for (int status : List.of(200, 204, 302, 400, 404)) {
            try (var stranger = new Stranger(status == 204 ? new Answer(204, Map.of(), "") : Answer.page(status));
                    var shell = Jar.shell(stranger.variables(), "seq 3 | " + PUBLISH)) {
                assertEquals(status == 400 ? 2 : 1, shell.awaitExit(), shell::toString);
                assertTrue(shell.err().contains("gateway: 0 entries published, 3 not\n"), shell::toString);
                assertEquals(1, stranger.bodies().size(), "it asks once");
            }
        }
    }

    @Test
    void aGatewayThatNeverAnswersOrNeverReadsIsGivenUpWhenTimeIsOver() throws IOException {
        try (var silent = new ServerSocket()) {
            silent.setReceiveBufferSize(4096);
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var to = Map.of("LOGS_URL", "http://127.0.0.1:" + silent.getLocalPort());
            for (var input : List.of("echo short", "head -c 7000000 /dev/zero | tr '\\0' x")) {
                try (var shell = Jar.shell(to, input + " | " + PUBLISH + "--timeout 1s")) {
                    assertEquals(1, shell.awaitExit(), shell::toString);
                    assertTrue(shell.err().contains("gateway: gives up: "), shell::toString);
                    assertTrue(shell.err().endsWith("gateway: 0 entries published, 1 not\n"), shell::toString);
                }
            }
        }
    }

    @Test
    void tailGoesOnThroughThePagesOfAProxyWhoseGatewayIsAway() {
        var refused = "event: refused\ndata: {\"type\":\"refused\",\"status\":503,\"reason\":\"draining\"}\n\n";
        try (var stranger = new Stranger(Answer.stream(CONNECTION + EVENT), Answer.page(200), Answer.stream(CONNECTION),
                Answer.page(404), Answer.stream(CONNECTION), Answer.stream(refused), Answer.stream(CONNECTION),
                Answer.json(503, "{\"detail\":\"starting\"}"), Answer.stream(CONNECTION + LATER));
                var tail = Jar.start(stranger.variables(), "tail", "logs:etl:w")) {
            Await.until(() -> "the second event: " + tail, PATIENCE, () -> tail.out().contains("second"));
            assertTrue(tail.out().contains("first"), tail::toString);
            assertEquals(List.of("", "1-2", "1-2", "1-1"), stranger.cursors().subList(0, 4));
            assertTrue(tail.err().contains("gateway: lost http://127.0.0.1:"), tail::toString);
        }
    }

    @Test
    void withoutFollowingItWaitsForABusyGatewayAndSaysSo() {
        var page = Answer.json(200, "{\"events\":[{\"channel\":\"logs:etl:w\",\"id\":\"1-1\",\"timestamp\":1,\"data\":"
                + "\"old\"}],\"gaps\":[],\"from\":\"0-0\",\"to\":\"1-1\",\"more\":false}");
        var busy = new Answer(503, Map.of("Retry-After", "1"), "{\"detail\":\"starting\"}");
        try (var stranger = new Stranger(busy, busy, page);
                var tail = Jar.start(stranger.variables(), "tail", "logs:etl:w", "--no-follow")) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            assertTrue(tail.out().endsWith("  old\n"), tail::toString);
            assertEquals("gateway: not now: starting; trying again\ngateway: connected to "
                    + stranger.variables().get("LOGS_URL") + "\n", tail.err());
        }
    }

    @Test
    void tailOfNoGatewayEndsAndSaysWhatAnswers() {
        try (var stranger = new Stranger(Answer.page(200));
                var tail = Jar.start(stranger.variables(), "tail", "logs:etl:w")) {
            assertEquals(1, tail.awaitExit(), tail::toString);
            assertTrue(tail.err().endsWith(": is no gateway: it answers text/html\n"), tail::toString);
        }
    }

    @Test
    void anAddressWhereNobodyIsIsNamedWithTheReason() throws IOException {
        try (var plain = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> refuseTls(plain));
            for (var one : List.of(List.of("http://127.0.0.1:1", "Connection refused"),
                    List.of("http://nowhere.invalid", "no such host: nowhere.invalid"),
                    List.of("https://127.0.0.1:" + plain.getLocalPort(), "SSL"))) {
                try (var tail = Jar.start(Map.of("LOGS_URL", one.getFirst()), "tail", "logs:etl:w");
                        var past = Jar.start(Map.of("LOGS_URL", one.getFirst()), "tail", "logs:etl:w", "--no-follow")) {
                    Await.until(() -> "a word on the failure: " + tail, PATIENCE,
                            () -> tail.err().contains("trying again"));
                    assertTrue(tail.err().startsWith("gateway: can not reach " + one.getFirst() + ": "),
                            tail::toString);
                    assertTrue(tail.err().contains(one.getLast()), tail::toString);
                    assertEquals(1, past.awaitExit(), past::toString);
                    assertTrue(past.err().startsWith("gateway: " + one.getFirst() + ": "), past::toString);
                    assertTrue(past.err().contains(one.getLast()), past::toString);
                    assertEquals(1, past.err().lines().count());
                }
            }
        }
    }

    /// Answers each connection in plain HTTP, as nginx does on a port without TLS.
    private static void refuseTls(ServerSocket plain) {
        while (!plain.isClosed()) {
            try (var connection = plain.accept()) {
                if (connection.getInputStream().read() >= 0)
                    connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
            } catch (IOException closed) {
                // The test is over.
            }
        }
    }

    @Test
    void aTokenThatAnotherProgramRepeatsIsNotShown() {
        var problem = Answer.json(403, "{\"detail\":\"Bearer not-for-eyes may not\"}");
        try (var stranger = new Stranger(problem)) {
            var variables = new HashMap<>(stranger.variables());
            variables.put("LOGS_TOKEN", "not-for-eyes");
            for (var line : List.of("gateway tail logs:etl:w", "gateway tail logs:etl:w --no-follow", PUBLISH + "hi")) {
                try (var shell = Jar.shell(variables, line)) {
                    assertEquals(3, shell.awaitExit(), shell::toString);
                    assertTrue(shell.err().contains("Bearer *** may not"), shell::toString);
                    assertFalse(shell.err().contains("not-for-eyes"), shell::toString);
                }
            }
        }
    }

    @Test
    void whatAnotherProgramSaysCanNotSteerTheTerminal() {
        var problem = Answer.json(403, "{\"detail\":\"a\\u001b[2Jb\\u009bc\\u202ed\\ne\"}");
        try (var stranger = new Stranger(problem); var tail = Jar.start(stranger.variables(), "tail", "logs:etl:w")) {
            assertEquals(3, tail.awaitExit(), tail::toString);
            assertFalse(tail.err().chars().anyMatch(c -> c < ' ' && c != '\n' || c >= 0x7F && c < 0xA0 || c == 0x202E),
                    tail::toString);
            assertEquals(1, tail.err().lines().count(), tail::toString);
        }
    }
}
