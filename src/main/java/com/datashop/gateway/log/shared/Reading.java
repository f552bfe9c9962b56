package com.datashop.gateway.log.shared;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// A connection on which a node reads the end of the log; it belongs to one thread, but anyone may close it.
public interface Reading extends Closeable {
    /// What comes next, in order and bounded, waiting for it up to about a second; empty when the log had nothing more.
    ///
    /// @throws IOException when the connection is no good any more, or has not answered in time
    List<Entry> next() throws IOException;

    /// Whether the log had nothing more than what came last.
    boolean isAtEnd();
}
