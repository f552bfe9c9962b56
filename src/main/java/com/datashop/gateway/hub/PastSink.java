package com.datashop.gateway.hub;

import com.datashop.gateway.event.EventId;
import java.io.IOException;

/// Takes what a page of the past is made of, in the order of the log.
public interface PastSink {
    /// An event: its envelope comes in pieces.
    void beginEvent() throws IOException;

    /// A piece of the envelope. Whoever takes it must not keep the bytes.
    void piece(byte[] bytes, int from, int length) throws IOException;

    /// The envelope was whole.
    void endEvent() throws IOException;

    /// A hole before the next event.
    ///
    /// @param from the place before it; null when that is not known
    /// @param lost how many events; negative when nobody knows
    void gap(Gap reason, EventId from, EventId to, long lost) throws IOException;

    /// Nothing may come for a while: what was taken is to reach the client.
    void flush() throws IOException;
}
