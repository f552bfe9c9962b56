package com.datashop.gateway.log.broker;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.Archive;
import com.datashop.gateway.metrics.Registry;
import java.io.IOException;
import java.util.List;

/// A program elsewhere that holds the log for many nodes: all that [BrokerLog] needs of one.
///
/// What connects throws an `IOException` whose message names the cause in one line; so does whatever finds that the connection is no good any more.
public interface Broker extends AutoCloseable {
    /// The place before the first event that the log ever held, as far as that is known.
    EventId origin() throws IOException;

    /// Where to begin so that about so many bytes of events follow; nothing that the log has lost lies behind it.
    EventId floor(long bytes) throws IOException;

    /// The place that the log has come to; everything up to there can be read.
    EventId end() throws IOException;

    /// Connects to read what comes after the place.
    Reading read(EventId place) throws IOException;

    /// Connects to store.
    Writing write() throws IOException;

    /// What asks the broker to store the batch, so that it can be told by the token.
    byte[] encode(List<Draft> batch, String token);

    /// What can be read of the past, on connections of its own.
    Archive archive();

    /// What it is, in a word.
    String kind();

    /// Gives its counters their names.
    void declare(Registry registry);

    /// Ends all that it has connected, whatever it is doing.
    @Override
    void close();
}
