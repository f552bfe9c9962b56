package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A connection on which a node stores batches. It belongs to one thread, but any thread may close it.
public interface Writing extends Closeable {
    /// Whether earlier connections of this node can not store anything any more.
    ///
    /// Then a batch that was sent on them and is not in the log by now never will be.
    boolean isAlone();

    /// How long the writer waits for more batches when many wait already. That pays when each request costs the broker
    /// much.
    default Duration linger() {
        return Duration.ZERO;
    }

    /// The place that the log has come to.
    EventId end() throws IOException;

    /// Asks the broker to store the batches, in one round trip.
    ///
    /// It refuses the batches that the broker refuses. It gives those back for which another try may help.
    ///
    /// @return the broker's reason for refusing one; empty when it took all
    /// @throws IOException when the connection can not be used any more; the fate of the open batches is then not known
    Optional<String> write(List<Pending> batches) throws IOException;

    /// Asks the broker whether it would store a batch now. It stores nothing.
    ///
    /// @return the reason why it would not; empty when it would
    Optional<String> probe() throws IOException;
}
