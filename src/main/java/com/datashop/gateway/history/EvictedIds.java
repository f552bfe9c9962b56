package com.datashop.gateway.history;

import com.datashop.gateway.event.EventId;
import java.util.Arrays;

/// A run of a channel's evicted ids, at two or three bytes each: so that a gap can say exactly how many events it swallowed.
///
/// Ids are appended in order, as variable-length numbers (seven bits a byte, low first): the distance from the id before, shifted left
/// by one, in the minor number while the major is the same; else the distance in the major with the low bit set, then the minor as it is.
/// One thread appends, under its channel's lock; a [View] taken under that lock is read without it, for bytes once written stay.
final class EvictedIds {
    /// Room for some 500 ids: a reader decodes at most this much to find its place.
    private static final int MAX_BYTES = 1024;
    private static final int FIRST_BYTES = 16;
    /// The most one id can take: two numbers of ten bytes.
    private static final int MAX_ID_BYTES = 20;
    /// This object (32), its two ids (64), its array's head (16) and its places in two queues (40), in bytes.
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
        if (length > deltas.length - MAX_ID_BYTES) deltas = Arrays.copyOf(deltas, Math.min(MAX_BYTES, deltas.length * 2 + MAX_ID_BYTES));
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

    /// The heap this holds, in bytes.
    int bytes() {
        return OVERHEAD_BYTES + deltas.length;
    }

    View view() {
        return new View(base, last, deltas, length);
    }

    /// The distance and the bit are 65 bits: the six that go first, with the bit, and those above them.
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

    /// The ids as they were when this view was taken.
    record View(EventId base, EventId last, byte[] deltas, int length) {
        Cursor cursor() {
            return new Cursor(this);
        }
    }

    /// Walks a view from its oldest id.
    static final class Cursor {
        private final View view;
        private int at;
        private EventId id;

        private Cursor(View view) {
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
