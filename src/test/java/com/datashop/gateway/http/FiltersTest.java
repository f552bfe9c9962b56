package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Which events `q`, `not` and `where` let through, replayed and live.
class FiltersTest {
    /// The signs of needles and data: letters in both cases, those that JSON escapes, and one of two units.
    private static final List<String> SIGNS =
            List.of("a", "A", "b", "B", "é", "É", "\"", "\\", "/", "\n", "u", "0", "😀", "σ", "ς");

    @Test
    void everyRowIsFoundOrHeldBackAsItSaysReplayedAndLive() {
        var rows = new LinkedHashMap<String, List<String[]>>();
        for (var row : Rows.of("filters.txt", 120)) {
            int bar = row.inputText().indexOf(" | ");
            rows.computeIfAbsent(row.inputText().substring(0, bar), _ -> new ArrayList<>())
                    .add(new String[] {row.inputText().substring(bar + 3), row.outcome()});
        }
        var queries = List.copyOf(rows.keySet());
        var followers = new ArrayList<Follower>();
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            publish(gateway, queries, rows);
            for (int i = 0; i < queries.size(); i++)
                followers.add(gateway.follow("logs:etl:rows" + i + "&since=1h&" + queries.get(i)));
            for (var follower : followers) assertEquals(200, follower.status(), follower::body);
            publish(gateway, queries, rows);
            var last = gateway.publish("end", "1");
            for (int i = 0; i < queries.size(); i++) {
                var passing = rows.get(queries.get(i)).stream().filter(row -> row[1].equals("yes")).map(row -> row[0])
                        .toList();
                var twice = Stream.of(passing, passing).flatMap(List::stream).toList();
                assertEquals(twice, received(followers.get(i), last), queries.get(i));
            }
        } finally {
            followers.forEach(Follower::close);
        }
    }

    @Test
    void aSearchFindsWhatAReaderSeesHoweverTheDataIsEscaped() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var seen = IntStream.range(0, 300).mapToObj(_ -> text(random, 1 + random.nextInt(12))).toList();
        var needles = IntStream.range(0, 40).mapToObj(_ -> text(random, 1 + random.nextInt(4)))
                .filter(text -> !text.isBlank()).toList();
        var followers = new ArrayList<Follower>();
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            var data = seen.stream().map(text -> escaped(text, random)).toList();
            gateway.publishAll("seen", data);
            for (var needle : needles)
                followers.add(gateway.follow("logs:etl:seen&since=1h&q=" + URLEncoder.encode(needle, UTF_8)));
            var last = gateway.publish("end", "1");
            int found = 0;
            for (int i = 0; i < needles.size(); i++) {
                var needle = folded(needles.get(i));
                var expected = IntStream.range(0, seen.size())
                        .filter(n -> folded("\"" + seen.get(n) + "\"").contains(needle)).mapToObj(data::get).toList();
                assertEquals(expected, received(followers.get(i), last), needles.get(i) + ", seed " + seed);
                found += expected.size();
            }
            assertTrue(found > 50, "something was found: " + found + ", seed " + seed);
        } finally {
            followers.forEach(Follower::close);
        }
    }

    private static void publish(Gateway gateway, List<String> queries, LinkedHashMap<String, List<String[]>> rows) {
        for (int i = 0; i < queries.size(); i++)
            gateway.publishAll("rows" + i, rows.get(queries.get(i)).stream().map(row -> row[0]).toList());
    }

    /// The data of the events that came up to this place.
    private static List<String> received(Follower follower, String last) {
        var place = EventId.parse(last).orElseThrow();
        follower.await(message -> EventId.parse(message.id()).filter(id -> !place.isAfter(id)).isPresent());
        return follower.messages().stream().filter(Message::isLog).map(Message::data)
                .map(envelope -> envelope.substring(envelope.indexOf("\"data\":") + 7, envelope.length() - 1)).toList();
    }

    private static String text(Random random, int length) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) text.append(SIGNS.get(random.nextInt(SIGNS.size())));
        return text.toString();
    }

    /// The text as a JSON string, each sign in one of the ways in which JSON can write it (RFC 8259, 7).
    private static String escaped(String text, Random random) {
        var json = new StringBuilder("\"");
        text.codePoints().forEach(sign -> {
            boolean special = sign == '"' || sign == '\\' || sign == '\n';
            var plain = Character.toString(sign);
            var shortly = "\\" + (sign == '\n' ? "n" : plain);
            switch (random.nextInt(3)) {
                case 0 -> plain.chars().mapToObj((random.nextBoolean() ? "\\u%04x" : "\\u%04X")::formatted)
                        .forEach(json::append);
                case 1 -> json.append(special || sign == '/' ? shortly : plain);
                default -> json.append(special ? shortly : plain);
            }
        });
        return json.append('"').toString();
    }

    private static String folded(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
