package com.datashop.gateway.http;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Footprint;
import java.util.List;

/// A request's body, whole and inflated, with its claim on the heap until the request is answered.
public final class Body implements AutoCloseable {
    /// `{"service":"a","workspace_id":"b","logData":1}`: no entry is shorter.
    private static final int LEAST_ENTRY = 46;

    private byte[] bytes;
    private final BodyRoom.Claim claim;

    /// @param claim given back when this is closed
    Body(byte[] bytes, BodyRoom.Claim claim) {
        this.bytes = bytes;
        this.claim = claim;
    }

    /// The bytes of the body, and not a copy of them.
    public byte[] bytes() {
        return bytes;
    }

    /// The claim on the heap for the body and the work on it.
    public BodyRoom.Claim claim() {
        return claim;
    }

    /// Gives back the heap that the drafts do not take. The body itself is not needed any more.
    public void becameDrafts(List<Draft> drafts) {
        becameDrafts(drafts, 0);
    }

    /// The same, for an answer that takes this number of bytes of the heap.
    public void becameDrafts(List<Draft> drafts, long answer) {
        bytes = null;
        claim.lower(Footprint.of(drafts) + answer);
    }

    @Override
    public void close() {
        claim.close();
    }

    /// The most heap that the entries of a body may take.
    ///
    /// @param objects the number of objects that begin in it; there are no more entries
    static long heapOfEntries(long length, long objects) {
        return Footprint.COPIES * Footprint.ofArray(length)
                + Footprint.ENTRY_BYTES * Math.min(objects, mostEntries(length));
    }

    /// The most entries that a body of this length can have.
    static long mostEntries(long length) {
        return 1 + length / LEAST_ENTRY;
    }
}
