package com.datashop.gateway.http;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Footprint;
import java.util.List;

/// A request's body, whole and inflated, with the heap that it and what is made of it may take until the request is
/// answered.
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

    /// All of it. Not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// The heap that is held for it, and for what is made of it.
    public BodyRoom.Claim claim() {
        return claim;
    }

    /// The body has become these and is not needed any more: gives back what they do not take.
    public void becameDrafts(List<Draft> drafts) {
        becameDrafts(drafts, 0);
    }

    /// The same, when the answer takes so many bytes of the heap too.
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
    /// @param objects how many begin in it: there are no more entries
    static long heapOfEntries(long length, long objects) {
        return Footprint.COPIES * Footprint.ofArray(length) + Footprint.ENTRY_BYTES * Math.min(objects, mostEntries(length));
    }

    /// How many entries a body of this length may have.
    static long mostEntries(long length) {
        return 1 + length / LEAST_ENTRY;
    }
}
