package com.datashop.gateway.history;

import com.datashop.gateway.event.EventId;
import java.util.Arrays;

/// A run of a channel's evicted ids, in two or three bytes each. So a gap can say exactly how many events are missing.
///
/// Ids are appended in order, as variable-length numbers (seven bits a byte, low bits first). While the major number
/// stays the same, it writes the distance in the minor number, shifted left by one. Otherwise it writes the distance in
/// the major number with the low bit set, and then the minor number. One thread appends, under its channel's lock. A
/// [View] that is taken under that lock is read without it, because written bytes never change.
final class EvictedIds {
    /// Room for some 500 ids. A reader decodes at most this much to find its place.
    private static final int MAX_BYTES = 1024;
    private static final int FIRST_BYTES = 16;
    /// The most bytes of one id: two numbers of ten bytes.
    private static final int MAX_ID_BYTES = 20;
    /// The bytes of this object (32), its two ids (64), its array's head (16) and its places in two queues (40).
    private static final int OVERHEAD_BYTES = 152;

    private final EventId base;
    private EventId last;
    private byte[] deltas = new byte[FIRST_BYTES];
    private int length;

    EvictedIds(EventId first) {
        base = first.previous();
        last = base;
        add(first);
    }

    boolean isFull() {
        return length > MAX_BYTES - MAX_ID_BYTES;
    }

    void add(EventId id) {
        if (length > deltas.length - MAX_ID_BYTES)
            deltas = Arrays.copyOf(deltas, Math.min(MAX_BYTES, deltas.length * 2 + MAX_ID_BYTES));
        if (id.major() == last.major()) {
            put(id.minor() - last.minor(), 0);
        } else {
            put(id.major() - last.major(), 1);
            put(id.minor());
        }
        last = id;
    }

    EventId last() {
        return last;
    }

    /// The heap that it holds, in bytes.
    int bytes() {
        return OVERHEAD_BYTES + deltas.length;
    }

    View view() {
        return new View(base, last, deltas, length);
    }

    /// Appends a distance with the bit below it. That makes 65 bits: first the bit with the low six, then the others.
    private void put(long distance, int bit) {
        long rest = distance >>> 6;
        int first = (int) (distance & 0x3F) << 1 | bit;
        deltas[length++] = (byte) (rest == 0 ? first : first | 0x80);
        if (rest != 0) put(rest);
    }

    private void put(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            deltas[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        deltas[length++] = (byte) rest;
    }

    /// The ids at the time when this view was taken.
    record View(EventId base, EventId last, byte[] deltas, int length) {
        IdReader reader() {
            return new IdReader(this);
        }
    }

    /// Walks through a view from its oldest id.
    static final class IdReader {
        private final View view;
        private int at;
        private EventId id;

        private IdReader(View view) {
            this.view = view;
            id = view.base;
        }

        /// The next id, or null after the last.
        EventId next() {
            if (at == view.length) return null;
            byte first = view.deltas[at++];
            long distance = (first & 0x7F) >> 1;
            if (first < 0) distance |= take() << 6;
            id = (first & 1) == 0
                    ? new EventId(id.major(), id.minor() + distance)
                    : new EventId(id.major() + distance, take());
            return id;
        }

        private long take() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = view.deltas[at++];
                number |= (b & 0x7FL) << shift;
                if (b >= 0) return number;
            }
        }
    }
}
