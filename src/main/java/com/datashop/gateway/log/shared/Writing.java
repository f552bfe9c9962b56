package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A connection on which a node stores batches; it belongs to one thread, but anyone may close it.
public interface Writing extends Closeable {
    /// Whether nothing that this node has sent on an earlier connection can be stored any more: what is not in the log by now never will be.
    boolean isAlone();

    /// The place that the log has come to.
    EventId end() throws IOException;

    /// Asks the broker to store the batches, in one round trip: those that it refuses are refused, or given back when another try may help.
    ///
    /// @return why it refused one; empty when it took all
    /// @throws IOException when the connection is no good any more: what became of those that are still open is then not known
    Optional<String> write(List<Pending> batches) throws IOException;

    /// Asks the broker whether it would store something now, and stores nothing.
    ///
    /// @return why not; empty when it would
    Optional<String> probe() throws IOException;
}
