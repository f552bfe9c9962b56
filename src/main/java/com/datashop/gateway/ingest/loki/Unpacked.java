package com.datashop.gateway.ingest.loki;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.RecordCollector;
import java.util.zip.DataFormatException;

/// Inflates a body in snappy. It claims the heap before it allocates.
final class Unpacked {
    private Unpacked() { }

    /// @throws Declined when the body is not snappy, or declares more than a body may have
    static byte[] of(byte[] body, RecordCollector records) throws Declined {
        try {
            long length = Snappy.declaredLength(body);
            records.inflating(length);
            return Snappy.inflated(body, (int) length);
        } catch (DataFormatException broken) {
            throw new Declined(Reason.BAD_BODY, "the body is not a whole and valid block of snappy");
        }
    }
}
