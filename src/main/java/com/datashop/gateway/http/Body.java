package com.datashop.gateway.http;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.BodyRoom;
import java.util.List;

/// A request's body, whole and inflated, with its claim on the heap until the request is answered.
public final class Body implements AutoCloseable {
    /// The heap of an entry beside its bytes, as the 64-bit JVM with compressed pointers lays it out.
    ///
    /// It is a draft (32), its channel with the name (24, 24, 16), the head of its data (16), its slots in two lists
    /// (16), the event (112), the rest of its frame beside name and data (130), and a part of the keys by which
    /// patterns find it.
    static final int ENTRY_BYTES = 450;
    /// `{"service":"a","workspace_id":"b","logData":1}`: no entry is shorter.
    private static final int LEAST_ENTRY = 46;
    /// The copies of an entry's bytes: one in the draft, one in the event.
    private static final int COPIES = 2;
    /// An array of at least this size gets whole regions of the JVM's default collector. A region has at least 1 MiB.
    private static final int HUGE = 512 << 10;

    private byte[] bytes;
    private final BodyRoom.Claim claim;

    /// @param claim given back when this is closed
    Body(byte[] bytes, BodyRoom.Claim claim) {
        this.bytes = bytes;
        this.claim = claim;
    }

    /// All bytes of the body, and not a copy of them.
    public byte[] bytes() {
        return bytes;
    }

    /// Gives back the heap that the drafts do not take. The body itself is not needed any more.
    public void becameDrafts(List<Draft> drafts) {
        long held = 0;
        for (var draft : drafts) {
            long length = (long) draft.channel().text().length() + draft.data().length;
            held += ENTRY_BYTES + COPIES * heapOf(length);
        }
        bytes = null;
        claim.lower(held);
    }

    @Override
    public void close() {
        claim.close();
    }

    /// The heap of an array with this number of bytes.
    static long heapOf(long length) {
        return length < HUGE ? length : 2 * length;
    }

    /// The most heap that the entries of a body may take.
    ///
    /// @param objects the number of objects that begin in it; there are no more entries
    static long heapOfEntries(long length, long objects) {
        return COPIES * heapOf(length) + ENTRY_BYTES * Math.min(objects, mostEntries(length));
    }

    /// The most entries that a body of this length can have.
    static long mostEntries(long length) {
        return 1 + length / LEAST_ENTRY;
    }
}
