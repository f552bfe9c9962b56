package com.datashop.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A directory and a Redis that an earlier release wrote: this one goes on from there, and no client notices.
///
/// `earlier/README.md` says how the files were made.
class EarlierReleaseTest {
    private static final Path FILES = Path.of("src/test/resources/com/datashop/gateway/log/earlier");
    private static final String ALL = "logs:*:*,logs:*:*:*";

    /// Where the earlier release left its log, the place before the first event, and how many events there are.
    private enum Earlier {
        /// By SIGTERM.
        STOPPED("1795734068316-0", 31),
        /// By SIGKILL in its second life, with two segments of it.
        KILLED("1795734073616-0", 97),
        /// The machine went down with it: another boot is noted than the one that runs.
        CRASHED("1795734073616-0", 97),
        /// By SIGKILL; the Redis lives.
        REDIS("1795734082663-18446744073709551615", 94);

        private final String beginning;
        private final int count;

        Earlier(String beginning, int count) {
            this.beginning = beginning;
            this.count = count;
        }

        LogKind.Place open() throws IOException {
            return switch (this) {
                case STOPPED -> directory("stopped");
                case KILLED -> killed(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
                case CRASHED -> killed("00000000-0000-4000-8000-000000000000");
                case REDIS -> redis();
            };
        }

        /// The envelopes as the earlier release sent them.
        List<String> events() throws IOException {
            var name = this == CRASHED ? KILLED : this;
            var lines = Files.readAllLines(FILES.resolve(name.name().toLowerCase(Locale.ROOT)
                    + "-events.ndjson"));
            assertEquals(count, lines.size());
            return lines;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyEventIsThereUnderItsIdAndEveryCursorGoesOnWithoutAGap(Earlier earlier) throws IOException {
        var events = earlier.events();
        var ids = events.stream().map(event -> Gateway.string(Gateway.object(event), "id")).toList();
        try (var place = earlier.open()) {
            for (var memory : List.of("1000", "2")) { // from memory, and from where the log is
                try (var gateway = place.start("HISTORY_EVENTS=" + memory, "RETENTION_BYTES=4MiB")) {
                    try (var all = gateway.follow(ALL + "&since=0")) {
                        assertEquals(events, all.logs(events.size()).stream().map(Message::data).toList());
                        assertEquals(ids, all.ids());
                        assertNoGapBefore(ids.getLast(), all);
                    }
                    var page = gateway.get("/api/logs/events?limit=10000&since=0&channels=" + ALL,
                            "Accept: application/x-ndjson").body().lines().toList();
                    assertEquals(events, page.subList(0, Math.min(events.size(), page.size())));
                    // After a crash the end of the log is told as a gap.
                    for (var after : page.subList(events.size(), page.size()))
                        assertTrue(after.startsWith("{\"gap\":"), after);
                    for (int next = 0; next < ids.size(); next++) {
                        var cursor = next == 0 ? earlier.beginning : ids.get(next - 1);
                        try (var follower = gateway.follow(ALL, "Last-Event-ID: " + cursor)) {
                            follower.logs(ids.size() - next);
                            assertEquals(ids.subList(next, ids.size()), follower.ids());
                            assertNoGapBefore(ids.getLast(), follower);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void newIdsAreGreaterAndWhoHadEverythingGoesOnWithThem(Earlier earlier) throws IOException {
        var last = Gateway.string(Gateway.object(earlier.events().getLast()), "id");
        try (var place = earlier.open()) {
            var published = new ArrayList<String>();
            for (int life = 0; life < 2; life++) {
                try (var gateway = place.start("RETENTION_BYTES=4MiB");
                        var follower = gateway.follow(ALL, "Last-Event-ID: " + last)) {
                    published.add(gateway.publish("w/r", "1"));
                    published.addAll(List.of(gateway.publish("w", "2"), gateway.publish("new/r", "3")));
                    follower.logs(published.size());
                    assertEquals(published, follower.ids());
                    // what a machine that went down may have lost of the last second is told once
                    assertEquals(earlier == Earlier.CRASHED ? List.of("evicted null " + last) : List.of(),
                            gaps(follower));
                }
            }
            var all = new ArrayList<>(List.of(last));
            all.addAll(published);
            assertEquals(all, all.stream().map(id -> EventId.parse(id).orElseThrow()).sorted().map(EventId::toString)
                    .toList());
            assertEquals(all.size(), Set.copyOf(all).size());
        }
    }

    /// Behind it there may be one: a machine that went down may have lost what it had not brought to the disk.
    private static void assertNoGapBefore(String last, Follower follower) {
        var before = follower.messages().stream().takeWhile(message -> !message.isLog() || !message.id().equals(last));
        assertEquals(List.of(), before.filter(Message::isGap).toList());
    }

    /// The reason, the number and the beginning of each gap.
    private static List<String> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap"))
                .map(message -> Gateway.object(message.data()))
                .map(gap -> Gateway.string(gap, "reason") + " " + gap.get("lost") + " " + Gateway.string(gap, "from"))
                .toList();
    }

    /// @param boot the boot of the machine that the killed gateway noted
    private static LogKind.Place killed(String boot) throws IOException {
        var place = directory("killed");
        var owner = Path.of(place.settings().getFirst().replace("DATA_DIR=", "")).resolve("owner");
        Files.writeString(owner, Files.readString(owner).replaceFirst("boot=.*", "boot=" + boot));
        return place;
    }

    private static LogKind.Place directory(String name) throws IOException {
        var directory = TemporaryDirectory.create("earlier");
        try (var files = Files.list(FILES.resolve(name))) {
            for (var file : files.toList()) Files.copy(file, directory.path().resolve(file.getFileName()));
        }
        return new LogKind.Place(List.of("DATA_DIR=" + directory.path()), directory::close);
    }

    /// One that was given the commands by which the earlier one got what it has.
    private static LogKind.Place redis() throws IOException {
        var redis = RedisServer.start();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            var commands = new ByteArrayOutputStream();
            for (var line : Files.readAllLines(FILES.resolve("redis-commands.ndjson"))) commands.writeBytes(resp(line));
            commands.writeBytes(resp("[\"QUIT\"]"));
            socket.getOutputStream().write(commands.toByteArray());
            var replies = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(replies.endsWith("+OK\r\n"), replies);
            assertFalse(replies.lines().anyMatch(reply -> reply.startsWith("-")), replies);
        }
        return new LogKind.Place(List.of("BUS_URL=" + redis.url()), redis::close);
    }

    /// A command as Redis reads it, of a JSON array of its words.
    private static byte[] resp(String words) {
        try {
            var command = new ByteArrayOutputStream();
            var elements = ((JsonArray) JsonValue.parse(words)).elements();
            command.writeBytes(("*" + elements.size() + "\r\n").getBytes(UTF_8));
            for (var element : elements) {
                var word = ((JsonString) element).value().getBytes(UTF_8);
                command.writeBytes(("$" + word.length + "\r\n").getBytes(UTF_8));
                command.writeBytes(word);
                command.writeBytes("\r\n".getBytes(UTF_8));
            }
            return command.toByteArray();
        } catch (JsonException invalid) {
            throw new UncheckedIOException(new IOException(invalid));
        }
    }
}
