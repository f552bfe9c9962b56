package com.datashop.gateway.ingest.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Remembers which journal entries are stored, so that an entry that a sender repeats after a cut is not stored twice.
///
/// A cursor names a sequence (`s`, for which every boot `b` counts anew after a crash) and a number in it (`i`). The
/// numbers of a sequence mostly follow each other. So they are kept as ranges, and a million entries take one range. A
/// cursor of another form is remembered by its hash. The ranges that were unused for the longest time are forgotten
/// first: their entries may be stored twice, and none is ever lost.
///
/// A sender that was cut comes again while the gateway still stores what came before the cut. So the uploads of a
/// sequence take turns at storing.
public final class StoredEntries {
    /// The most ranges of all sequences together. A range takes some 100 bytes.
    private static final int MOST_RANGES = 20_000;
    private static final int MOST_SEQUENCES = 1000;
    private static final Pattern CURSOR = Pattern.compile(
            "s=([0-9a-f]{1,32});i=([0-9a-f]{1,15});b=([0-9a-f]{1,32})(?:;.*)?");

    /// The number of an entry in its journal and channel.
    ///
    /// @param sequence the channel with the sequence of the journal that counts the entry
    record SequenceNumber(String sequence, long number) {
        /// @param cursor null when the entry has none
        /// @return null when it has none
        static SequenceNumber of(String channel, String cursor) {
            if (cursor == null) return null;
            var parts = CURSOR.matcher(cursor);
            if (!parts.matches()) return new SequenceNumber(channel, hash(cursor));
            String sequence = channel + " " + parts.group(1) + " " + parts.group(3);
            return new SequenceNumber(sequence, Long.parseLong(parts.group(2), 16));
        }

        /// The number before this one in its sequence.
        SequenceNumber previous() {
            return new SequenceNumber(sequence, number - 1);
        }

        private static long hash(String cursor) {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(cursor.getBytes(StandardCharsets.UTF_8));
                return ByteBuffer.wrap(digest).getLong();
            } catch (NoSuchAlgorithmException everyJdkHasIt) {
                throw new IllegalStateException(everyJdkHasIt);
            }
        }
    }

    /// For each sequence, the first number of each range and its last.
    private final LinkedHashMap<String, TreeMap<Long, Long>> sequences = new LinkedHashMap<>(16, 0.75f, true);
    private int ranges;
    /// The sequences whose entries an upload stores now.
    private final Set<String> busy = new HashSet<>();

    /// The time in which one upload stores entries of its sequences.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits until no other upload stores entries of these sequences. None begins before the turn is closed.
    synchronized Turn turn(Set<String> own) throws InterruptedException {
        while (!Collections.disjoint(busy, own)) wait();
        busy.addAll(own);
        return () -> end(own);
    }

    private synchronized void end(Set<String> own) {
        busy.removeAll(own);
        notifyAll();
    }

    synchronized boolean contains(SequenceNumber entry) {
        var stored = sequences.get(entry.sequence());
        if (stored == null) return false;
        var range = stored.floorEntry(entry.number());
        return range != null && range.getValue() >= entry.number();
    }

    synchronized void add(SequenceNumber entry) {
        var stored = sequences.computeIfAbsent(entry.sequence(), _ -> new TreeMap<>());
        long number = entry.number();
        var before = stored.floorEntry(number);
        if (before != null && before.getValue() >= number) return;
        boolean extendsBefore = before != null && before.getValue() == number - 1;
        long from = extendsBefore ? before.getKey() : number;
        var after = stored.higherEntry(number);
        boolean meetsAfter = after != null && after.getKey() == number + 1;
        if (meetsAfter) stored.remove(after.getKey());
        stored.put(from, meetsAfter ? after.getValue() : number);
        ranges += (extendsBefore ? 0 : 1) - (meetsAfter ? 1 : 0);
        forget(stored);
    }

    private void forget(TreeMap<Long, Long> current) {
        while (sequences.size() > MOST_SEQUENCES || ranges > MOST_RANGES && sequences.size() > 1) {
            ranges -= sequences.pollFirstEntry().getValue().size();
        }
        while (ranges > MOST_RANGES) {
            current.pollFirstEntry();
            ranges--;
        }
    }
}
