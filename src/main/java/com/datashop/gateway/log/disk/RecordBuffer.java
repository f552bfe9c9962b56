package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.util.Arrays;

/// Collects the records of one write. It grows for a large batch, and shrinks after it.
final class RecordBuffer {
    private byte[] bytes = new byte[Scan.WINDOW_BYTES];
    private int length;

    /// The records. Only the first [#length()] bytes count.
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Appends a record.
    ///
    /// @param more whether the batch goes on with the next one
    void add(EventId id, Draft draft, boolean more) throws IOException {
        long needed = length + Record.length(draft);
        if (needed > Record.MAX_BYTES) throw new IOException("a batch of more than 2 GiB");
        if (needed > bytes.length)
            bytes = Arrays.copyOf(bytes, (int) Math.min(Record.MAX_BYTES, Math.max(needed, bytes.length * 2L)));
        length = Record.put(bytes, length, id, draft, more);
    }

    /// Empties the buffer for the next write.
    void clear() {
        length = 0;
        if (bytes.length > WriteQueue.GROUP_BYTES) bytes = new byte[Scan.WINDOW_BYTES];
    }
}
