package com.datashop.gateway.hub;

import com.datashop.gateway.event.EventId;
import java.io.IOException;

/// Receives a page of the past: its events and gaps, in the order of the log.
public interface PastSink {
    /// An event begins. Its envelope comes in pieces.
    void beginEvent() throws IOException;

    /// A piece of the envelope. The receiver must not keep the bytes.
    void piece(byte[] bytes, int from, int length) throws IOException;

    /// The envelope is whole.
    void endEvent() throws IOException;

    /// A hole before the next event.
    ///
    /// @param from the place before it; null when that is not known
    /// @param lost the number of lost events; negative when it is unknown
    void gap(Gap reason, EventId from, EventId to, long lost) throws IOException;

    /// Sends everything to the client now, because it may take a while to read on.
    void flush() throws IOException;
}
