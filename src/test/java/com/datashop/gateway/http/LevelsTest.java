package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Which level an event has: the same in the gateway, in levels.js and in the table of the contract.
class LevelsTest {
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "fatal");
    private static final String NONE = "none";
    private static final int PER_BATCH = 500;
    private static final List<String> FORMS = List.of("%d.0", "\"%d\"", "%de0", "\" %d.00\"");
    private static final List<String> UNREADABLE =
            List.of("null", "true", "[]", "{}", "[50]", "{\"level\":\"error\"}", "\"\"", "\"x\"");
    /// Around each bound of each scale.
    private static final List<Integer> NUMBERS = IntStream.concat(IntStream.rangeClosed(-2, 75), IntStream.of(
            99, 100, 101, 150, 199, 200, 201, 300, 399, 400, 401, 500, 501, 599, 600, 601, 700, 799, 800, 801, 900,
            1000, 4999, 5000, 5001, 9999, 10_000, 10_001, 20_000, 30_000, 40_000, 50_000)).boxed().toList();

    /// @param data an event's data
    /// @param level the one that it names, or `none`
    private record Vector(String data, String level) { }

    private record Member(String name, String scale) { }

    private record Range(String scale, int from, int to, String level) { }

    private final List<Member> members = new ArrayList<>();
    private final List<Range> ranges = new ArrayList<>();
    private final List<List<String>> names = new ArrayList<>();

    LevelsTest() throws IOException {
        try (var in = LevelsTest.class.getResourceAsStream("level-table.txt")) {
            for (var line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                if (line.isEmpty() || line.startsWith("#")) continue;
                var words = List.of(line.split(" "));
                switch (words.getFirst()) {
                    case "member" -> members.add(new Member(words.get(1), words.get(2)));
                    case "name" -> names.add(words.subList(1, words.size()));
                    case "number" -> ranges.add(new Range(words.get(1), Integer.parseInt(words.get(2)),
                            Integer.parseInt(words.get(3)), words.get(4)));
                    default -> throw new AssertionError(line);
                }
            }
        }
        assertEquals(List.of(20, 6, 44), List.of(members.size(), names.size(), ranges.size()));
    }

    @Test
    void theGatewayAndTheScriptReadEveryLevelAsTheTableSays() throws IOException, JsonException {
        long seed = new Random().nextLong();
        var vectors = vectors(new Random(seed));
        assertTrue(vectors.size() > 4000, vectors.size() + " vectors");
        try (var gateway = Gateway.start("HISTORY_EVENTS=" + 2 * vectors.size())) {
            assertEquals(List.of(), wrong(vectors, byTheScript(gateway, vectors)), "levels.js, seed " + seed);
            var all = vectors.stream().map(Vector::data).toList();
            for (int from = 0; from < all.size(); from += PER_BATCH)
                gateway.publishAll("levels", all.subList(from, Math.min(from + PER_BATCH, all.size())));
            gateway.publish("levels", "{\"level\":\"fatal\",\"end\":true}");
            for (var level : LEVELS) {
                var expected = vectors.stream().filter(vector -> passes(vector.level(), level)).map(Vector::data)
                        .toList();
                var passed = passed(gateway, level);
                assertEquals(List.of(), without(passed, expected), "let through by level=" + level + ", seed " + seed);
                assertEquals(List.of(), without(expected, passed), "held back by level=" + level + ", seed " + seed);
            }
        }
    }

    @Test
    void theParameterTakesAnyNameOfALevelInAnyCase() {
        try (var gateway = Gateway.start()) {
            for (var level : LEVELS) gateway.publish("w", "{\"level\":\"" + level + "\"}");
            for (var row : names) {
                var expected = LEVELS.subList(LEVELS.indexOf(row.getFirst()), LEVELS.size());
                for (var name : row) {
                    var upper = name.toUpperCase(Locale.ROOT);
                    for (var spelled : List.of(name, upper, "+" + upper.charAt(0) + name.substring(1) + "%20")) {
                        try (var follower = gateway.follow("logs:etl:w&tail=10&level=" + spelled)) {
                            assertEquals(expected, follower.logs(expected.size()).stream().map(LevelsTest::data)
                                    .map(data -> data.split("\"")[3]).toList(), spelled);
                        }
                    }
                }
            }
        }
    }

    private static boolean passes(String level, String least) {
        return least.equals("trace") || LEVELS.indexOf(level) >= LEVELS.indexOf(least);
    }

    private static List<String> passed(Gateway gateway, String level) {
        try (var follower = gateway.follow("logs:etl:levels&since=1h&level=" + level)) {
            follower.await(message -> message.data().endsWith("\"end\":true}}"));
            return follower.messages().stream().filter(Message::isLog).map(LevelsTest::data)
                    .filter(data -> !data.contains("\"end\"")).toList();
        }
    }

    private static String data(Message message) {
        return message.data().substring(message.data().indexOf("\"data\":") + 7, message.data().length() - 1);
    }

    /// The first few elements of `all` that the other list does not have.
    private static List<String> without(List<String> all, List<String> others) {
        var known = new HashSet<>(others);
        return all.stream().filter(one -> !known.contains(one)).limit(5).toList();
    }

    private static List<String> wrong(List<Vector> vectors, List<String> levels) {
        assertEquals(vectors.size(), levels.size());
        return IntStream.range(0, levels.size()).filter(i -> !levels.get(i).equals(vectors.get(i).level()))
                .mapToObj(i -> vectors.get(i) + " is " + levels.get(i)).limit(5).toList();
    }

    /// The level that levels.js, as the gateway serves it, finds in each.
    private static List<String> byTheScript(Gateway gateway, List<Vector> vectors) throws IOException, JsonException {
        try (var directory = TemporaryDirectory.create("levels")) {
            Files.writeString(directory.path().resolve("levels.mjs"), gateway.get("/levels.js").body());
            Files.write(directory.path().resolve("vectors"), vectors.stream().map(Vector::data).toList());
            var script = Files.writeString(directory.path().resolve("script.mjs"), """
                    import { readFileSync } from 'node:fs';
                    import { levelOf } from './levels.mjs';
                    const lines = readFileSync(new URL('vectors', import.meta.url), 'utf8').trimEnd().split('\\n');
                    console.log(JSON.stringify(lines.map(line => levelOf(JSON.parse(line)) ?? 'none')));
                    """);
            try (var node = Child.start(Tool.path("node").toString(), script.toString())) {
                assertEquals(0, node.awaitExit(), node::err);
                var levels = (JsonArray) JsonValue.parse(node.out());
                return levels.elements().stream().map(one -> ((JsonString) one).value()).toList();
            }
        }
    }

    private List<Vector> vectors(Random random) {
        var vectors = new ArrayList<Vector>();
        for (var row : Rows.of("levels.txt", 100)) vectors.add(new Vector(row.inputText(), row.outcome()));
        for (var member : members) {
            for (var row : names) {
                for (var name : row.subList(1, row.size())) {
                    vectors.add(new Vector(object(member, string(name)), row.getFirst()));
                    vectors.add(new Vector(object(member, string(spelled(name, random))), row.getFirst()));
                }
            }
            for (int number : NUMBERS) {
                vectors.add(new Vector(object(member, String.valueOf(number)), level(member, number)));
                var form = FORMS.get(random.nextInt(FORMS.size()));
                vectors.add(new Vector(object(member, form.formatted(number)), level(member, number)));
            }
            for (var value : UNREADABLE) vectors.add(new Vector(object(member, value), NONE));
        }
        for (int i = 0; i < members.size(); i++) {
            for (int k = i + 1; k < members.size(); k++) {
                var first = part(members.get(i), "\"debug\"");
                var second = part(members.get(k), "\"error\"");
                boolean swapped = random.nextBoolean();
                var both = swapped ? second + ",\"n\":[{}]," + first : first + ",\"n\":[{}]," + second;
                vectors.add(new Vector("{" + both + "}", "debug"));
                vectors.add(new Vector("{" + part(members.get(i), "-1") + "," + second + "}", "error"));
                vectors.add(new Vector("{" + both + "," + part(members.get(i), "\"warn\"") + "}", "warn"));
            }
        }
        return vectors.stream().distinct().toList();
    }

    private String level(Member member, int number) {
        return ranges.stream().filter(range -> range.scale().equals(member.scale()))
                .filter(range -> range.from() <= number && number <= range.to()).map(Range::level).findFirst()
                .orElse(NONE);
    }

    private static String object(Member member, String value) {
        return "{\"message\":\"a \\\"level\\\":\\\"error\\\"\"," + part(member, value)
                + ",\"other\":{\"level\":\"fatal\"}}";
    }

    private static String part(Member member, String value) {
        if (member.name().equals("log/level")) return "\"log\":{\"logger\":\"x\",\"level\":" + value + "}";
        return "\"" + member.name() + "\":" + value;
    }

    /// The name as some logger might write it.
    private static String spelled(String name, Random random) {
        var cased = new StringBuilder();
        for (char c : name.toCharArray()) cased.append(random.nextBoolean() ? Character.toUpperCase(c) : c);
        return switch (random.nextInt(5)) {
            case 0 -> cased + "+" + random.nextInt(100);
            case 1 -> cased + "-" + random.nextInt(100);
            case 2 -> "\u001b[" + random.nextInt(108) + "m" + cased + "\u001b[0m";
            case 3 -> " " + cased + "\t";
            default -> cased.toString();
        };
    }

    private static String string(String text) {
        return new JsonString(text).toString();
    }
}
