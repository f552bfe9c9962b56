package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Makes the index of a closed segment from its records, part by part. This takes some 2 MB of memory for any segment.
///
/// The index is not brought to the disk. After a crash its checksum shows that it is torn, and it is made again.
final class Indexing {
    /// The records of a part. More make the index smaller, and take more memory.
    private static final int PART_RECORDS = 1 << 16;
    private static final int FIRST_RECORDS = 1 << 10;
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private final Volume.Output out;
    private final Segment segment;
    private final Pause pause;
    private final byte[] buffer = new byte[Scan.WINDOW_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(buffer);
    private final CRC32C crc = new CRC32C();
    private final List<Index.Part> parts = new ArrayList<>();
    private final ChannelHash name = new ChannelHash();
    private int[] services = new int[FIRST_RECORDS];
    private int[] workspaces = new int[FIRST_RECORDS];
    private int[] resources = new int[FIRST_RECORDS];
    private int[] offsets = new int[FIRST_RECORDS];
    private int records;
    private long position;
    private long from = Header.BYTES;
    private long to = Header.BYTES;
    private EventId last;
    private long newestTimestamp = Long.MIN_VALUE;
    private long oldestTimestamp = Long.MAX_VALUE;

    private Indexing(Volume.Output out, Segment segment, Pause pause) {
        this.out = out;
        this.segment = segment;
        this.pause = pause;
        last = segment.base();
    }

    /// Writes the index of a segment. It returns empty when the segment has a hole: then it may have no index.
    ///
    /// @param following the base of the next segment
    static Optional<Index> of(Volume volume, Segment segment, EventId following, byte[] window, Pause pause)
            throws IOException {
        String name = Index.name(segment.number());
        try (var out = volume.create(name); var in = volume.open(segment.name())) {
            var indexing = new Indexing(out, segment, pause);
            var scan = new Scan(in, window, Header.BYTES, segment.mark().length());
            if (indexing.read(scan, following)) return Optional.of(indexing.finish(name));
        } catch (IOException failed) {
            delete(volume, name, failed);
            throw failed;
        }
        volume.delete(name);
        return Optional.empty();
    }

    private static void delete(Volume volume, String name, IOException why) {
        try {
            volume.delete(name);
        } catch (IOException left) { // the file that is left is not sound
            why.addSuppressed(left);
        }
    }

    /// Reads all records up to the base of the next segment; false when any is missing.
    private boolean read(Scan scan, EventId following) throws IOException {
        while (following.isAfter(last)) {
            if (!scan.next() || scan.skipped() > 0) return false;
            var id = scan.id();
            if (id.major() != segment.header().major()) return false;
            if (!segment.follows(id, last)) return false;
            scan.hash(name);
            add(scan);
            last = id;
            if (records == PART_RECORDS) endPart();
            if (records % Pause.RECORDS == 0) pause.ifDue();
        }
        if (records > 0) endPart();
        return last.equals(following) && !parts.isEmpty();
    }

    private void add(Scan scan) throws IOException {
        long offset = scan.at() - from;
        if (offset > 0xFFFFFFFFL) throw new IOException("a segment of more than 4 GiB");
        if (records == offsets.length) grow();
        services[records] = name.service;
        workspaces[records] = name.workspace;
        resources[records] = name.resource;
        offsets[records++] = (int) offset;
        newestTimestamp = Math.max(newestTimestamp, scan.timestamp());
        oldestTimestamp = Math.min(oldestTimestamp, scan.timestamp());
        to = scan.after();
    }

    private void grow() {
        int length = 2 * records;
        services = Arrays.copyOf(services, length);
        workspaces = Arrays.copyOf(workspaces, length);
        resources = Arrays.copyOf(resources, length);
        offsets = Arrays.copyOf(offsets, length);
    }

    private void endPart() throws IOException {
        int[] order = order();
        long began = position + fields.position();
        int channels = 0;
        for (int i = 0, next; i < records; i = next, channels++) {
            int record = order[i];
            for (next = i + 1; next < records && isSameChannel(record, order[next]); next++) { }
            room(Index.ENTRY_BYTES).putInt(services[record]).putInt(workspaces[record]).putInt(resources[record])
                    .putInt(i).putInt(next - i);
        }
        for (int record : order) room(Index.POSTING_BYTES).putInt(offsets[record]);
        parts.add(new Index.Part(began, channels, records, from, to, last, newestTimestamp, oldestTimestamp));
        oldestTimestamp = Long.MAX_VALUE;
        records = 0;
        from = to;
    }

    private boolean isSameChannel(int a, int b) {
        return services[a] == services[b] && workspaces[a] == workspaces[b] && resources[a] == resources[b];
    }

    /// The records in the order of their channels; those of one channel keep their order.
    ///
    /// It is a radix sort, some bits at a time. Bits that are the same in all records cost next to nothing. Those of a
    /// service's hash often are.
    private int[] order() {
        int[] order = new int[records];
        int[] other = new int[records];
        int[] begins = new int[DIGITS + 1];
        for (int i = 0; i < records; i++) order[i] = i;
        for (int[] keys : List.of(resources, workspaces, services)) {
            for (int shift = 0; shift < Integer.SIZE; shift += DIGIT_BITS) {
                Arrays.fill(begins, 0);
                for (int i = 0; i < records; i++) begins[digit(keys[i], shift) + 1]++;
                if (begins[digit(keys[0], shift) + 1] == records) continue;
                for (int i = 1; i < DIGITS; i++) begins[i] += begins[i - 1];
                for (int record : order) other[begins[digit(keys[record], shift)]++] = record;
                int[] spare = order;
                order = other;
                other = spare;
            }
        }
        return order;
    }

    private static int digit(int key, int shift) {
        return key >>> shift & DIGITS - 1;
    }

    private Index finish(String name) throws IOException {
        long table = position + fields.position();
        for (var part : parts) {
            room(Index.ROW_BYTES).putLong(part.position()).putInt(part.channels()).putInt(part.records())
                    .putLong(part.from()).putLong(part.to())
                    .putLong(part.last().minor()).putLong(part.newestTimestamp()).putLong(part.oldestTimestamp());
        }
        var base = segment.base();
        room(Index.TRAILER_BYTES).putLong(Index.MAGIC).putLong(segment.number())
                .putLong(base.major()).putLong(base.minor()).putLong(segment.header().major()).putLong(to)
                .putLong(last.major()).putLong(last.minor()).putLong(newestTimestamp)
                .putLong(table).putInt(parts.size());
        flush();
        fields.putInt((int) crc.getValue());
        flush();
        return new Index(name, to, last, base, List.copyOf(parts));
    }

    /// A buffer with room for this many bytes at its position.
    private ByteBuffer room(int bytes) throws IOException {
        if (fields.remaining() < bytes) {
            flush();
            pause.ifDue();
        }
        return fields;
    }

    private void flush() throws IOException {
        crc.update(buffer, 0, fields.position());
        out.write(buffer, 0, fields.position());
        position += fields.position();
        fields.clear();
    }
}
