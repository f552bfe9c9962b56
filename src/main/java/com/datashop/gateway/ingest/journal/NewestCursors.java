package com.datashop.gateway.ingest.journal;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.log.LogUnavailableException;
import java.util.function.Consumer;

/// Tells the cursors of the newest entries of a channel, as the log has them.
@FunctionalInterface
public interface NewestCursors {
    /// Hands over the cursors, within a bound of time and number. It skips entries without a cursor.
    ///
    /// @throws LogUnavailableException when the log can not be read now
    void of(Channel channel, Consumer<String> cursors) throws LogUnavailableException, InterruptedException;
}
