package com.datashop.gateway.log;

import java.io.IOException;

/// The checked settings of a log that outlives the process. Each kind of log has its own.
public interface LogSettings {
    /// Opens the log.
    ///
    /// @param now the time of the start, in milliseconds since 1970
    /// @param warmBytes the heap for the newest events, which the log hands over at its start
    /// @param bodyBytes the most bytes of a body that publishers may send
    /// @throws IOException when the log cannot be opened
    EventLog open(long now, long warmBytes, int bodyBytes) throws IOException;
}
