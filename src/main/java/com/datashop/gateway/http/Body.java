package com.datashop.gateway.http;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.BodyRoom;
import java.util.List;

/// A request's body, whole and inflated, with the heap that it and what is made of it may take until the request is
/// answered.
public final class Body implements AutoCloseable {
    /// What an entry costs beside its bytes, as the 64-bit JVM with compressed pointers lays it out: a draft (32), its
    /// channel with the name (24, 24, 16), the head of its data (16), its slots in two lists (16), then the event
    /// (112), what its frame says beside name and data (130), and a part of the keys by which patterns find it.
    static final int ENTRY_BYTES = 450;
    /// `{"service":"a","workspace_id":"b","logData":1}`: no entry is shorter.
    private static final int LEAST_ENTRY = 46;
    /// The bytes of an entry are held in a draft, and in an event.
    private static final int COPIES = 2;
    /// Arrays of half a region or more get whole regions of their own in the JVM's default collector; a region has 1
    /// MiB at least.
    private static final int HUGE = 512 << 10;

    private byte[] bytes;
    private final BodyRoom.Claim claim;

    /// @param claim given back when this is closed
    Body(byte[] bytes, BodyRoom.Claim claim) {
        this.bytes = bytes;
        this.claim = claim;
    }

    /// All of it. Not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// The body has become these and is not needed any more: gives back what they do not take.
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

    /// The heap that an array of so many bytes takes.
    static long heapOf(long length) {
        return length < HUGE ? length : 2 * length;
    }

    /// The most heap that the entries of a body may take.
    ///
    /// @param objects how many begin in it: there are no more entries
    static long heapOfEntries(long length, long objects) {
        return COPIES * heapOf(length) + ENTRY_BYTES * Math.min(objects, mostEntries(length));
    }

    /// How many entries a body of this length may have.
    static long mostEntries(long length) {
        return 1 + length / LEAST_ENTRY;
    }
}
