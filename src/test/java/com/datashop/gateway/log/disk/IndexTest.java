package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.support.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With an index, without it, and with one that is not sound a reader gets the same events.
class IndexTest {
    /// With so little to keep, a segment has the 64 KB that is its least.
    private static final int RETENTION_BYTES = 4 << 20;
    private static final int STEPS = 1_000_000;
    @TempDir
    Path directory;
    private final List<Event> all = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whateverIsAskedForIsFoundThroughTheIndex() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int life = 0; life < 3; life++) {
            try (var log = open()) {
                for (int i = 0; i < 60; i++) append(log, random);
                awaitIndexes();
                for (int i = 0; i < 40; i++) assertSame(log.archive(), random, "seed " + seed);
            }
        }
        assertTrue(indexes().size() > 5, "segments had indexes: " + indexes());
        assertFalse(indexes().size() > segments().size(), "and no others have");
    }

    @Test
    void aChannelThatOnlyAFewRecordsAreOfIsReadWithoutTheOthers() throws Exception {
        try (var log = open()) {
            append(log, "logs:etl:w:quiet", 100);
            for (int i = 0; i < 300; i++) append(log, "logs:etl:w:busy", 4000);
            append(log, "logs:etl:w:quiet", 100);
            for (int i = 0; i < 300; i++) append(log, "logs:etl:w:busy", 4000);
            awaitIndexes();
            // what is not read can not be missed: a byte of a record in between is another than it was
            var file = segments().get(3);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertEquals(expected("logs:etl:w:quiet"), read(log, "logs:etl:w:quiet"));
            assertNotEquals(expected("logs:etl:w:busy"), read(log, "logs:etl:w:busy"));
        }
    }

    @Test
    void whatIsNewerThanATimeIsPassedOver() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int life = 0; life < 2; life++) {
            try (var log = open()) {
                for (int i = 0; i < 3000; i++) {
                    long late = random.nextInt(50) == 0 ? random.nextInt(300) : random.nextInt(20);
                    log.append(List.of(draft("logs:etl:w:r" + i % 3, 100 + random.nextInt(200), all.size() - late)));
                }
                awaitIndexes();
                long passed = 0;
                for (int i = 0; i < 300; i++) {
                    long time = random.nextInt(all.size() + 100) - 50;
                    var upTo = i % 5 == 0 ? last() : all.get(random.nextInt(all.size())).id();
                    var place = log.archive().olderUpTo(time, upTo);
                    assertFalse(place.isAfter(upTo), "seed " + seed);
                    var after = all.stream().filter(event -> event.id().isAfter(place) && !event.id().isAfter(upTo))
                            .toList();
                    assertTrue(after.stream().allMatch(event -> event.timestamp() >= time), "seed " + seed);
                    passed += after.size();
                }
                assertTrue(life == 0 || passed > 15L * all.size(), "much was passed over: " + passed);
            }
        }
    }

    @Test
    void aRecordThatTheIndexKnowsAndThatIsNotSoundIsToldAsAHole() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 100; i++) append(log, i % 40 == 3 ? "logs:etl:w:quiet" : "logs:etl:w:busy", 4000);
            awaitIndexes();
            var file = segments().getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[Header.BYTES + 3 * 4060 + 200] ^= 1;
            Files.write(file, bytes);
            var read = read(log, "logs:etl:w:quiet");
            assertTrue(read.contains(null), "told: " + read);
            read.removeIf(id -> id == null);
            var expected = expected("logs:etl:w:quiet");
            assertEquals(expected.subList(1, expected.size()), read);
        }
    }

    @Test
    void anIndexThatIsTornOrFlippedAtAnyByteCostsNoEventAndIsMadeAgain() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 20; i++) append(log, "logs:etl:w:r" + i % 7, 8000);
            awaitIndexes();
        }
        var index = indexes().getFirst();
        byte[] whole = Files.readAllBytes(index);
        int cases = 0;
        for (int at = 0; at < whole.length; at++) {
            var flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            for (byte[] bytes : List.of(flipped, Arrays.copyOf(whole, at))) {
                Files.write(index, bytes);
                assertReadsAll(bytes == flipped ? "byte " + at : "cut to " + at);
                assertTrue(Arrays.equals(whole, Files.readAllBytes(index)), "made again: " + at);
                cases++;
            }
        }
        assertTrue(cases > 500, "cases: " + cases);
    }

    @Test
    void anIndexOfAnotherSegmentOrAnotherLogIsNotTaken() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 40; i++) append(log, "logs:etl:w:r" + i % 7, 8000);
            awaitIndexes();
        }
        var first = indexes().get(0);
        byte[] whole = Files.readAllBytes(first);
        Files.copy(indexes().get(1), first, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertReadsAll("of another segment");
        assertTrue(Arrays.equals(whole, Files.readAllBytes(first)), "made again");
        var strange = ByteBuffer.wrap(whole.clone());
        strange.putLong(whole.length - Index.TRAILER_BYTES + 16, 4711); // the base
        sign(strange);
        Files.write(first, strange.array());
        assertReadsAll("of another log");
        assertTrue(Arrays.equals(whole, Files.readAllBytes(first)), "made again");
    }

    @Test
    void anIndexThatSaysWhatTheRecordsDoNotConfirmIsNotBelieved() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 60; i++) append(log, "logs:etl:w:r" + i % 50, 1000);
            for (int i = 0; i < 20; i++) append(log, "logs:etl:w:r" + i % 50, 8000);
            awaitIndexes();
        }
        var index = indexes().getFirst();
        byte[] whole = Files.readAllBytes(index);
        int postings = (int) ByteBuffer.wrap(whole).getLong(whole.length - Index.TRAILER_BYTES - Index.ROW_BYTES);
        int channels = ByteBuffer.wrap(whole).getInt(whole.length - Index.TRAILER_BYTES - Index.ROW_BYTES + 8);
        postings += channels * Index.ENTRY_BYTES;
        for (int shift : new int[] {1, -1, 50, 1 << 20, -(1 << 20)}) {
            var wrong = ByteBuffer.wrap(whole.clone());
            for (int at = postings; at < postings + 40; at += 4) wrong.putInt(at, wrong.getInt(at) + shift);
            sign(wrong);
            Files.write(index, wrong.array());
            assertReadsAll("postings moved by " + shift);
        }
        for (int shift : new int[] {1 << 20, -(1 << 20)}) { // the others of the channel would be sound
            var wrong = ByteBuffer.wrap(whole.clone());
            int moved = 0;
            for (int i = 0; i < channels; i++) {
                if (wrong.getInt(i * Index.ENTRY_BYTES + 16) < 3) continue;
                int at = postings + (wrong.getInt(i * Index.ENTRY_BYTES + 12) + 1) * Index.POSTING_BYTES;
                wrong.putInt(at, wrong.getInt(at) + shift);
                moved++;
            }
            assertTrue(moved > 0, "a channel has a posting between others");
            sign(wrong);
            Files.write(index, wrong.array());
            assertReadsAll("postings between others moved by " + shift);
        }
        for (int record : new int[] {-1, 1 << 30, Integer.MIN_VALUE}) {
            var wrong = ByteBuffer.wrap(whole.clone());
            for (int i = 0; i < channels; i++) wrong.putInt(i * Index.ENTRY_BYTES + 12, record);
            sign(wrong);
            Files.write(index, wrong.array());
            assertReadsAll("first posting " + record);
        }
    }

    @Test
    void indexesWhoseSegmentsAreGoneAreDeletedAndOtherFilesAreNot() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 20; i++) append(log, "logs:etl:w:r", 8000);
            awaitIndexes();
        }
        var orphan = directory.resolve(Index.name(999_999));
        var other = directory.resolve("1.idx");
        Files.write(orphan, new byte[10]);
        Files.write(other, new byte[10]);
        try (var log = open()) {
            Await.until("the orphan to go", () -> !Files.exists(orphan));
            assertTrue(Files.exists(other));
            for (int i = 0; i < 1000; i++) append(log, "logs:etl:w:r", 8000); // twice what is kept
            awaitIndexes();
            var kept = segments().stream().map(this::index).toList();
            for (var index : indexes()) assertTrue(kept.contains(index), index + " is of " + kept);
        }
    }

    @Test
    void aSegmentWithAHoleHasNoIndexAndTellsIt() throws Exception {
        try (var log = open()) {
            for (int i = 0; i < 20; i++) append(log, "logs:etl:w:r" + i % 2, 8000);
            awaitIndexes();
        }
        var file = segments().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[Header.BYTES + 8100] ^= 1;
        Files.write(file, bytes);
        for (int life = 0; life < 3; life++) {
            if (life == 1) Files.deleteIfExists(index(file));
            try (var log = open()) {
                append(log, "logs:etl:w:r0", 10);
                var read = read(log, "logs:etl:w:r1");
                assertTrue(read.contains(null), life + ": told " + read);
                read.removeIf(id -> id == null);
                assertEquals(9, read.size());
            }
        }
    }

    /// Opens the log, awaits its indexes, and reads each channel and all of it.
    private void assertReadsAll(String what) throws Exception {
        try (var log = open()) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 7; i++) {
                    String channel = "logs:etl:w:r" + i;
                    assertEquals(expected(channel), read(log, channel), what + ", " + channel);
                    assertEquals(newest(channel, 2), place(log.archive(), channel, 2), what + ", " + channel);
                }
                assertEquals(expected("logs:*:*:*"), read(log, "logs:*:*:*"), what);
                awaitIndexes(); // the second round is with them
            }
        }
    }

    private void assertSame(Archive archive, Random random, String what) throws InterruptedException {
        var keys = all.get(random.nextInt(all.size())).channel().keys();
        String pattern = keys[random.nextInt(3) > 0 ? 0 : random.nextInt(keys.length)];
        var from = random.nextInt(4) == 0 ? archive.floor() : all.get(random.nextInt(all.size())).id();
        var to = random.nextBoolean() ? last() : all.get(random.nextInt(all.size())).id();
        String asked = what + ": " + pattern + " after " + from + " up to " + to;
        assertEquals(expected(pattern, from, to), read(archive, pattern, from, to), asked);
        long n = random.nextInt(3) == 0 ? 1_000_000 : 1 + random.nextInt(50);
        assertEquals(newest(pattern, n), place(archive, pattern, n), what + ": the newest " + n + " of " + pattern);
    }

    private static void sign(ByteBuffer index) {
        var crc = new CRC32C();
        crc.update(index.array(), 0, index.capacity() - 4);
        index.putInt(index.capacity() - 4, (int) crc.getValue());
    }

    private List<EventId> read(Archive archive, String pattern, EventId from, EventId to) throws InterruptedException {
        var reader = archive.reader(set(pattern));
        var ids = new ArrayList<EventId>();
        var place = from;
        for (int i = 0; i < STEPS; i++) {
            var slice = reader.next(place, to);
            for (var step : slice.steps()) ids.add(step instanceof Step.Found(var event) ? event.id() : null);
            if (slice.complete()) return ids;
            place = slice.end();
        }
        throw new AssertionError("it does not end");
    }

    private EventId place(Archive archive, String pattern, long n) throws InterruptedException {
        var search = archive.newest(set(pattern), _ -> true, n, last());
        for (int i = 0; !search.step(); i++) assertTrue(i < STEPS, "it ends");
        if (search.found() == n) assertFalse(search.reached().isAfter(search.place()), "it has looked as far as that");
        else assertEquals(archive.floor(), search.reached(), "it has looked at all");
        assertTrue(search.bytes() > 0 || search.found() == 0, "and says what that has cost");
        return search.place();
    }

    private List<EventId> expected(String pattern, EventId from, EventId to) {
        var set = set(pattern);
        return all.stream().filter(event -> set.matches(event.channel())).map(Event::id)
                .filter(id -> id.isAfter(from) && !id.isAfter(to)).toList();
    }

    private List<EventId> expected(String pattern) {
        return expected(pattern, EventId.ZERO, last());
    }

    /// All of it that the log has.
    private List<EventId> read(DiskLog log, String pattern) throws InterruptedException {
        return read(log.archive(), pattern, log.origin(), last());
    }

    private Path index(Path segment) {
        return directory.resolve(segment.getFileName().toString().replace(".log", ".idx"));
    }

    private EventId newest(String pattern, long n) {
        var ids = expected(pattern);
        return ids.isEmpty() ? null : ids.get((int) Math.max(0, ids.size() - n)).previous();
    }

    private EventId last() {
        return all.getLast().id();
    }

    private static ChannelSet set(String pattern) {
        return new ChannelSet(List.of(new ChannelPattern(pattern)));
    }

    /// Some batches on many channels, some of them with few events and some with many.
    private void append(DiskLog log, Random random) throws Exception {
        var batch = new ArrayList<Draft>();
        for (int i = 1 + random.nextInt(60); i > 0; i--) {
            int many = random.nextInt(3) > 0 ? 3 : 500;
            String resource = random.nextInt(5) == 0 ? "" : ":r" + random.nextInt(many);
            String channel = "logs:s" + random.nextInt(2) + ":w" + random.nextInt(many) + resource;
            batch.add(draft(channel, random.nextInt(1000) == 0 ? 70_000 : random.nextInt(600)));
        }
        log.append(batch);
    }

    private void append(DiskLog log, String channel, int size) throws Exception {
        log.append(List.of(draft(channel, size)));
    }

    private static Draft draft(String channel, int size) {
        return draft(channel, size, 1);
    }

    private static Draft draft(String channel, int size, long timestamp) {
        return new Draft(new Channel(channel), timestamp, ("\"" + "x".repeat(size) + "\"").getBytes(UTF_8));
    }

    /// A life of the log; what is read back at its start has been seen in the one before.
    private DiskLog open() throws Exception {
        var settings = new DiskSettings(directory, Fsync.INTERVAL, RETENTION_BYTES, null);
        var log = DiskLog.open(settings, System.currentTimeMillis(), 1 << 16);
        log.follow(events -> {
            for (var event : events) if (all.isEmpty() || event.id().isAfter(all.getLast().id())) all.add(event);
            return 0;
        });
        return log;
    }

    /// Waits until each closed segment that is worth one has an index that is sound.
    private void awaitIndexes() throws IOException {
        Await.until("the indexes", () -> {
            try {
                var closed = segments();
                for (var file : closed.subList(0, closed.size() - 1)) {
                    if (Files.size(file) >= Scan.WINDOW_BYTES && !isSound(index(file), file)) return false;
                }
                return true;
            } catch (IOException gone) {
                return false;
            }
        });
    }

    private static boolean isSound(Path index, Path segment) throws IOException {
        if (!Files.exists(index)) return false;
        byte[] bytes = Files.readAllBytes(index);
        if (bytes.length < Index.TRAILER_BYTES) return false;
        // the number and the base of the segment: an index of another one is sound as well
        var trailer = ByteBuffer.wrap(bytes, bytes.length - Index.TRAILER_BYTES, Index.TRAILER_BYTES);
        var header = Header.decode(Files.readAllBytes(segment), Header.BYTES).orElseThrow();
        if (trailer.position(trailer.position() + 8).getLong() != Index.number(index.getFileName().toString())) {
            return false;
        }
        if (!new EventId(trailer.getLong(), trailer.getLong()).equals(header.base())) return false;
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        return ByteBuffer.wrap(bytes).getInt(bytes.length - 4) == (int) crc.getValue();
    }

    private List<Path> segments() throws IOException {
        return files(".log");
    }

    private List<Path> indexes() throws IOException {
        return files(".idx").stream().filter(file -> Index.number(file.getFileName().toString()) >= 0).toList();
    }

    private List<Path> files(String ending) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }
}
