package com.datashop.gateway.ingest;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.Receipt;
import java.util.List;
import java.util.Optional;

/// The part of a shipper's request that was stored.
///
/// @param drafts the good records, in order
/// @param receipt where they stand in the log; empty when there are none
/// @param rejections the others; empty when one would have refused the request
/// @param now when the request was read, in milliseconds since 1970
public record Taken(List<Draft> drafts, Optional<Receipt> receipt, Optional<Rejections> rejections, long now) {
    /// How many records were rejected.
    public int rejected() {
        return rejections.map(Rejections::count).orElse(0);
    }
}
