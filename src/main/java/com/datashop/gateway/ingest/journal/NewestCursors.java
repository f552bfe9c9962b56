package com.datashop.gateway.ingest.journal;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.log.LogUnavailableException;
import java.util.function.Predicate;

/// Tells the cursors of the newest entries of a channel, as the log has them.
public interface NewestCursors {
    /// Whether other nodes store entries in the log too. Then this process does not know all that are stored.
    boolean isLogShared();

    /// Hands over the cursors, within a bound of time and number, the newest page of them first.
    ///
    /// It skips entries without a cursor. It stops at the end of the page in which `goOn` was false for a cursor.
    ///
    /// @throws LogUnavailableException when the log can not be read now
    void of(Channel channel, Predicate<String> goOn) throws LogUnavailableException, InterruptedException;
}
