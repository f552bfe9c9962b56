package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;

/// Reads a set of channels in log order, slice by slice. It belongs to one thread.
public interface Reader {
    /// The events and holes after `after`, as far as `upTo`, a place that the log had reached before this call.
    ///
    /// When its turn to read does not come within half a second, the slice is empty and not complete. The caller then
    /// asks again.
    ///
    /// @throws InterruptedException when the thread was interrupted while it waited for its turn to read
    Slice next(EventId after, EventId upTo) throws InterruptedException;

    /// How much it has looked at so far, in bytes: what reading costs, beside its time. 0 when it does not count.
    default long bytes() {
        return 0;
    }
}
