package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A start over a torn, corrupt or missing file shows no event that was not stored, and tells every hole.
class RecoveryTest {
    private static final long NOW = 1000;
    @TempDir
    Path directory;

    @Test
    void anEndTornAtAnyByteIsCutOffAndEverythingBeforeItIsThere() throws Exception {
        life("one", "two", "three");
        life("the last");
        tearAtEveryByte();
    }

    @Test
    void aBatchTornAtAnyByteIsGoneAsAWhole() throws Exception {
        life("one", "two", "three");
        try (var open = OpenLog.of(directory)) {
            open.append("a", "batch", "of", "five", "events");
        }
        tearAtEveryByte();
    }

    /// Cuts the newest segment, which came after three events, at every byte, from its last back to its header's first.
    private void tearAtEveryByte() throws Exception {
        var before = List.of("one", "two", "three");
        var newest = newest();
        byte[] whole = Files.readAllBytes(newest);
        int cuts = 0;
        for (int length = whole.length - 1; length >= 0; length--, cuts++) {
            var copy = copy();
            Files.write(copy.resolve(newest.getFileName()), java.util.Arrays.copyOf(whole, length));
            EventId last;
            try (var open = OpenLog.of(copy)) {
                assertEquals(before, events(open), "cut to " + length);
                last = open.append("next").last();
                assertEquals("next", open.read().getLast(), "cut to " + length);
            }
            try (var open = OpenLog.of(copy)) {
                assertEquals(with(before, "next"), events(open), "cut to " + length + ", and a life later");
                assertTrue(open.append("and on").first().isAfter(last));
            }
            Directories.delete(copy);
        }
        assertTrue(cuts > 60, "cuts were made: " + cuts);
    }

    @Test
    void aFlippedBitAnywhereCostsAtMostTheRecordsThatItIsInAndIsToldAsAHole() throws Exception {
        life("one", "two", "three");
        life("four", "five");
        var given = life("six", "seven", "eight");
        var all = List.of("one", "two", "three", "four", "five", "six", "seven", "eight");
        int flips = 0;
        int told = 0;
        for (var file : segments(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at++, flips++) {
                String what = file.getFileName() + ", byte " + at;
                var copy = copy();
                var flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << at % 8);
                Files.write(copy.resolve(file.getFileName()), flipped);
                try (var open = OpenLog.of(copy)) {
                    var last = open.append("next").last();
                    assertTrue(last.isAfter(given), what + ": no id is given twice");
                    var read = open.read();
                    var found = read.stream().filter(Objects::nonNull).toList();
                    assertEquals("next", found.getLast(), what);
                    var kept = found.subList(0, found.size() - 1);
                    assertTrue(isPartOf(kept, all), what + ": " + kept);
                    assertTrue(kept.size() >= all.size() - 3, what + " costs the segment at the most: " + kept);
                    if (kept.size() < all.size()) {
                        assertTrue(read.contains(null), what + ": the hole is told: " + read);
                        told++;
                    }
                }
                Directories.delete(copy);
            }
        }
        assertTrue(flips > 500 && told > 300, "flips " + flips + ", told " + told);
    }

    @Test
    void aSegmentThatIsGoneIsAHole() throws Exception {
        life("one");
        life("two", "three");
        life("four");
        Files.delete(segments(directory).get(1));
        try (var open = OpenLog.of(directory)) {
            var read = new ArrayList<>(open.read());
            assertTrue(read.remove(null), "told: " + read);
            assertEquals(List.of("one", "four"), read);
        }
    }

    @Test
    void whenTheNewestSegmentIsGoneNobodyTakesTheLogForWhole() throws Exception {
        life("one");
        life("two");
        Files.delete(newest());
        try (var open = OpenLog.of(directory)) {
            open.append("three");
            var read = new ArrayList<>(open.read());
            assertTrue(read.remove(null), "told: " + read);
            assertEquals(List.of("one", "three"), read);
        }
    }

    @Test
    void idsGoOnAboveEverythingWhateverTheClockSays() throws Exception {
        var seen = new ArrayList<EventId>();
        for (long now : new long[] {5_000_000, 4_000_000, 0, 5_000_001, 9_000_000, 1, Long.MAX_VALUE, 7, Long.MIN_VALUE
                + 9, -9_000, 1}) {
            try (var open = OpenLog.of(new Directory(directory), OpenLog.settings(directory, Fsync.INTERVAL), now)) {
                for (int i = 0; i < 3; i++) {
                    var receipt = open.append("a", "b");
                    if (!seen.isEmpty())
                        assertTrue(receipt.first().isAfter(seen.getLast()), now + ": " + receipt + " after "
                                + seen.getLast());
                    seen.add(receipt.last());
                }
            }
        }
        try (var open = OpenLog.of(directory)) {
            assertEquals(66, open.read().size());
            assertFalse(open.read().contains(null), "and there is no hole between the lives");
        }
    }

    @Test
    void whatALifeWithoutEventsLeavesIsNoHole() throws Exception {
        life("one");
        for (int i = 0; i < 5; i++) life();
        life("two");
        try (var open = OpenLog.of(directory)) {
            assertEquals(List.of("one", "two"), open.read());
        }
        assertTrue(segments(directory).size() <= 4, "empty segments are cleared away: " + segments(directory));
    }

    @Test
    void otherFilesInTheDirectoryAreLeftAlone() throws Exception {
        Files.writeString(directory.resolve("notes.txt"), "mine");
        Files.writeString(directory.resolve("1.log"), "mine too");
        Files.createDirectory(directory.resolve("lost+found"));
        life("one");
        life("two");
        assertEquals("mine", Files.readString(directory.resolve("notes.txt")));
        assertEquals("mine too", Files.readString(directory.resolve("1.log")));
        try (var open = OpenLog.of(directory)) {
            assertEquals(List.of("one", "two"), open.read());
        }
    }

    @Test
    void afterTheMachineWentDownAnIntervalLogTellsThatItsEndMayBeMissingAndAnAlwaysLogDoesNot() throws Exception {
        for (var fsync : Fsync.values()) {
            var path = Files.createDirectory(directory.resolve(fsync.name()));
            try (var open = OpenLog.of(new Directory(path), OpenLog.settings(path, fsync), NOW)) {
                open.append("one");
            }
            // as the machine's end leaves it: open, and of a boot that is not this one
            Files.writeString(path.resolve(Owner.FILE), "pid=1\nfsync=" + fsync.name()
                    .toLowerCase(java.util.Locale.ROOT) + "\nboot=another\nstate=open\n");
            try (var open = OpenLog.of(new Directory(path), OpenLog.settings(path, fsync), NOW)) {
                open.append("two");
                var read = new ArrayList<>(open.read());
                assertEquals(fsync == Fsync.INTERVAL, read.remove(null), fsync + ": " + read);
                assertEquals(List.of("one", "two"), read);
            }
        }
    }

    /// A life of the log in which these are appended one by one, and that ends as it should; the last id that it gave.
    private EventId life(String... texts) throws Exception {
        var last = EventId.ZERO;
        try (var open = OpenLog.of(directory)) {
            for (var text : texts) last = open.append(text).last();
        }
        return last;
    }

    private static List<String> events(OpenLog open) throws InterruptedException {
        return open.read().stream().filter(Objects::nonNull).toList();
    }

    private static List<String> with(List<String> texts, String another) {
        var all = new ArrayList<>(texts);
        all.add(another);
        return all;
    }

    private static boolean isPartOf(List<String> part, List<String> all) {
        int at = 0;
        for (var text : all) if (at < part.size() && part.get(at).equals(text)) at++;
        return at == part.size();
    }

    private Path newest() throws IOException {
        return segments(directory).getLast();
    }

    private static List<Path> segments(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> Segment.number(file.getFileName().toString()) >= 0).sorted().toList();
        }
    }

    private Path copy() throws IOException {
        var copy = Files.createTempDirectory("log");
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }
}
