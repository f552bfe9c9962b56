package com.datashop.gateway.http;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Footprint;
import java.util.zip.DataFormatException;

/// Makes one array of the pieces of a body. It inflates the body if it must, within a claim on the heap.
final class Inflation {
    private final BodyPieces pieces;
    private final BodyBounds bounds;

    Inflation(BodyPieces pieces, BodyBounds bounds) {
        this.pieces = pieces;
        this.bounds = bounds;
    }

    /// The body without inflating it.
    ///
    /// @throws Declined when the heap has no room for it
    Body plain() throws Declined, InterruptedException {
        int length = pieces.length();
        var claim = bounds.room().work(Footprint.ofArray(length) + Body.heapOfEntries(length, pieces.objects()));
        return new Body(pieces.joined(), claim);
    }

    /// Inflates the body into the room that its last gzip member states.
    ///
    /// Most bodies have only one member. Otherwise the body is inflated again, with the largest room that it may take.
    /// The smaller claim is given back first: bodies that hold a claim while they wait for more would wait for each
    /// other.
    ///
    /// @throws Problem when the body is not gzip, or inflates to more than the bound
    /// @throws Declined when the heap has no room for it
    Body inflated() throws Problem, Declined, InterruptedException {
        int most = (int) Math.min(bounds.bytes(), (long) pieces.length() * Gzip.MOST_RATIO);
        int expected = Math.min(most, pieces.gzipLength());
        var body = inflated(expected);
        if (body == null && expected < most) body = inflated(most);
        if (body == null) throw Request.tooLarge(bounds.bytes());
        return body;
    }

    /// Inflates the body; null when it is longer than `most`.
    private Body inflated(int most) throws Problem, Declined, InterruptedException {
        var claim = bounds.room().work(heapOfGzip(most));
        Body body = null;
        try {
            byte[] inflated = Gzip.inflated(pieces.joined(), most);
            if (inflated == null) return null;
            body = new Body(inflated, claim);
            claim.lower(Footprint.ofArray(inflated.length)
                    + Body.heapOfEntries(inflated.length, BodyPieces.of(inflated).objects()));
            return body;
        } catch (DataFormatException broken) {
            throw new Problem(Refusal.BAD_BODY, "the body is not whole and valid gzip");
        } finally {
            if (body == null) claim.close();
        }
    }

    private long heapOfGzip(int inflated) {
        return Footprint.ofArray(pieces.length()) + Footprint.ofArray(inflated)
                + Body.heapOfEntries(inflated, Long.MAX_VALUE);
    }
}
