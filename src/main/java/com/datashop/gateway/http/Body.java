package com.datashop.gateway.http;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Footprint;
import java.util.List;

/// A request's body, whole and inflated, with its claim on the heap until the request is answered.
public final class Body implements AutoCloseable {
    /// The length of the shortest entry: `{"service":"a","workspace_id":"b","logData":1}`.
    private static final int LEAST_ENTRY = 46;

    private byte[] bytes;
    private final BodyRoom.Claim claim;

    /// @param claim given back when this is closed
    Body(byte[] bytes, BodyRoom.Claim claim) {
        this.bytes = bytes;
        this.claim = claim;
    }

    /// The bytes of the body themselves, not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// The claim on the heap for the body and the work on it.
    public BodyRoom.Claim claim() {
        return claim;
    }

    /// Lets go of the body, which became these drafts. It gives back the heap that the drafts do not take.
    public void becameDrafts(List<Draft> drafts) {
        becameDrafts(drafts, 0);
    }

    /// Lets go of the body as [#becameDrafts(List)] does, and keeps heap for an answer of this many bytes.
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
