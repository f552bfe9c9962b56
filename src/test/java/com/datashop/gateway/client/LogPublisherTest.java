package com.datashop.gateway.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Stranger;
import com.datashop.gateway.support.Stranger.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The fate of each entry of a batch, as the publisher tells it, whatever happens in the middle.
class LogPublisherTest {
    private static final Answer TOO_LARGE = Answer.json(413, "{\"detail\":\"too large\"}");

    private final EntryLines lines = new EntryLines("etl", "w", null);
    private final List<EntryLine> eight =
            IntStream.rangeClosed(1, 8).mapToObj(n -> lines.of(n, String.valueOf(n).getBytes(UTF_8))).toList();
    private final Told told = new Told();

    /// The answers halve the batch twice, take the first quarter, and then nothing more.
    @Test
    void whenItGivesUpInTheMiddleOfHalvesTheRestIsWhole() {
        for (var last : List.of(Answer.json(503, "{\"detail\":\"busy\"}"), Answer.json(401, ""), Answer.page(403),
                Answer.json(403, "{\"detail\":\"no\"}"), Answer.json(404, "{\"detail\":\"no\"}"))) {
            told.published = 0;
            try (var stranger = new Stranger(TOO_LARGE, TOO_LARGE, Answer.published(), last)) {
                var publisher = publisher(stranger.variables(), Duration.ofSeconds(1));
                var rest = assertThrows(UnpublishedException.class, () -> publisher.publish(eight));
                assertEquals(2, told.published);
                assertEquals(eight.subList(2, 8), rest.entries());
                assertEquals(last.status() != 503, rest.refusal().isPresent());
                if (last.status() != 503) assertEquals(last.status(), rest.refusal().orElseThrow().status());
            }
        }
    }

    /// Once a gateway has answered, it is a proxy that answers while the gateway is away.
    @Test
    void aProxyWhoseGatewayIsAwayHoldsEntriesBackAndLosesNone() throws UnpublishedException {
        var answers = new ArrayList<>(List.of(Answer.published()));
        var aways = List.of(Answer.page(200), Answer.page(302), Answer.page(400), Answer.page(404), Answer.page(502),
                Answer.json(408, ""), new Answer(204, Map.of(), ""), new Answer(429, Map.of("Retry-After", "1"), ""),
                new Answer(503, Map.of("Retry-After", "0"), "{\"detail\":\"draining\"}"));
        for (var away : aways) answers.addAll(List.of(away, Answer.published()));
        try (var stranger = new Stranger(answers.toArray(Answer[]::new))) {
            var publisher = publisher(stranger.variables(), null);
            publisher.publish(eight);
            for (int i = 0; i < aways.size(); i++) publisher.publish(eight.subList(0, 1));
            assertEquals(8 + aways.size(), told.published);
            assertEquals(1 + 2 * aways.size(), stranger.bodies().size(), "each is sent until it is taken");
            assertEquals(Map.of(), told.rejected);
        }
    }

    @Test
    void whenItIsInterruptedInTheMiddleOfHalvesTheRestIsWhole() throws InterruptedException {
        try (var stranger = new Stranger(TOO_LARGE, TOO_LARGE, Answer.published(),
                Answer.json(503, "{\"detail\":\"busy\"}"))) {
            var rest = new ArrayList<EntryLine>();
            var thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    publisher(stranger.variables(), null).publish(eight);
                } catch (UnpublishedException stopped) {
                    rest.addAll(stopped.entries());
                }
            });
            told.stop = thread;
            thread.start();
            assertTrue(thread.join(Duration.ofSeconds(20)));
            assertEquals(2, told.published);
            assertEquals(eight.subList(2, 8), rest);
        }
    }

    @Test
    void onlyTheEntriesThatTheAnswerListsAreRejected() throws UnpublishedException {
        var listed = "\"rejected\":[{\"index\":1,\"detail\":\"bad\"},{\"index\":1},{\"index\":7},{\"index\":8},"
                + "{\"index\":-1},{\"index\":99999999999},{\"index\":1.5},{},3]";
        try (var stranger = new Stranger(Answer.json(200, "{\"success\":true," + listed + "}"))) {
            publisher(stranger.variables(), null).publish(eight);
            assertEquals(6, told.published);
            assertEquals(Map.of(2L, "refused", 8L, "refused"), told.rejected);
        }
    }

    /// The list of a 400 that does not name every entry says nothing of the others.
    @Test
    void aRefusalThatNamesSomeEntriesIsAskedForEach() throws UnpublishedException {
        var bad = Answer.json(400, "{\"detail\":\"bad\",\"rejected\":[{\"index\":0,\"detail\":\"bad\"}]}");
        try (var stranger = new Stranger(bad, Answer.published(), bad, bad, Answer.published())) {
            publisher(stranger.variables(), null).publish(eight.subList(0, 4));
            assertEquals(3, told.published);
            assertEquals(Map.of(3L, "bad"), told.rejected);
        }
    }

    @Test
    void aGatewayTakesTheGoodOnesInOrderAndNamesTheOthers() throws UnpublishedException {
        try (var gateway = Gateway.start("MAX_BODY_BYTES=500"); var follower = gateway.follow("logs:etl:w")) {
            var entries = new ArrayList<>(eight);
            entries.set(3, lines.of(4, ("\"" + "x".repeat(600) + "\"").getBytes(UTF_8)));
            entries.set(5, new EntryLine(6, "{\"service\":\"etl\"}".getBytes(UTF_8), 0));
            publisher(Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port(), "LOGS_TOKEN", Gateway.TOKEN), null)
                    .publish(entries);
            assertEquals(6, told.published);
            assertEquals(List.of(4L, 6L), List.copyOf(told.rejected.keySet()));
            assertEquals(List.of("1", "2", "3", "5", "7", "8"), follower.logs(6).stream()
                    .map(log -> Gateway.object(log.data()).get("data").toString()).toList());
        }
    }

    private LogPublisher publisher(Map<String, String> to, Duration timeout) {
        var endpoint = new Endpoint(URI.create(to.get("LOGS_URL")), new TokenSource.Given(to.get("LOGS_TOKEN")));
        return new LogPublisher(endpoint, Optional.ofNullable(timeout), told);
    }

    /// The calls of the publisher to its listener.
    private static final class Told implements LogPublisher.Listener {
        private final TreeMap<Long, String> rejected = new TreeMap<>();
        private int published;
        private Thread stop;

        @Override
        public void published(int entries) {
            published += entries;
        }

        @Override
        public void rejected(EntryLine entry, String detail) {
            rejected.put(entry.number(), detail);
        }

        @Override
        public void waiting(String detail) {
            if (stop != null) stop.interrupt();
        }
    }
}
