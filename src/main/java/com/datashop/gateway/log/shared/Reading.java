package com.datashop.gateway.log.shared;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A connection on which a node reads the end of the log. It belongs to one thread, but any thread may close it.
public interface Reading extends Closeable {
    /// The next entries, in order, within a bound. It waits about a second for them; empty when none have come.
    ///
    /// @throws IOException when the connection can not be used any more, or has not answered in time
    List<Entry> next() throws IOException;

    /// Whether the log had no more entries than the last ones.
    boolean isAtEnd();
}
