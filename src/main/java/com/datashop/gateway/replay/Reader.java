package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;

/// Reads a set of channels in log order, slice by slice. It belongs to one thread.
public interface Reader {
    /// What comes after `after`, as far as `upTo`: a place that the log had reached before this call. Nothing, and not
    /// complete, when its turn to read has not come within half a second: it is to ask again.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited for its turn to read
    Slice next(EventId after, EventId upTo) throws InterruptedException;
}
