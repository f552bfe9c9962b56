package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads what a broker holds of the past. This is all that [BrokerArchive] needs from it.
///
/// Each method that gets a connection may use it until it returns. An `IOException` says that the connection can not be
/// used any more, and that nothing was read. The same call may then be made again, on another connection.
///
/// @param <C> a connection
public interface Lookback<C extends Closeable> {
    /// The place below which the broker has nothing, as far as this node knows. Reading a stretch brings it up to date.
    EventId floor();

    /// Whether an event may have this id, as far as this node knows.
    ///
    /// True unless the broker tells more. Brokers skip ids, and any place between two events may be a cursor.
    default boolean issued(EventId id) {
        return true;
    }

    /// Connects. [#leave] closes the connection when nobody has used it for a while.
    C connect() throws IOException;

    /// Closes a connection that works, in the way that its broker expects.
    default void leave(C connection) throws IOException {
        connection.close();
    }

    /// Reads forwards. The reader belongs to one thread.
    ///
    /// @param wanted the channels whose events are read; others may be left out
    Forwards<C> forwards(Predicate<Channel> wanted);

    /// Reads backwards from the place. The reader belongs to one thread.
    Backwards<C> backwards(Predicate<Channel> wanted, EventId from);

    /// The place right before the first event that came at this time or later; empty when none has come.
    ///
    /// @param milliseconds since 1970
    Optional<EventId> since(C connection, long milliseconds) throws IOException;

    /// Reads stretches of the log, one after the other.
    ///
    /// @param <C> a connection
    interface Forwards<C> {
        /// The next stretch after the place, within a bound on its bytes. It may begin before the place.
        ///
        /// @param upTo the place that the caller wants to reach
        Stretch next(C connection, EventId after, EventId upTo) throws IOException;
    }

    /// Reads windows of the log, each before the one before.
    ///
    /// @param <C> a connection
    interface Backwards<C> {
        /// Reads a window, for some milliseconds. It keeps none of the entries.
        ///
        /// @param each gets the entries of the window, in the order of the log
        Window next(C connection, Consumer<Entry> each) throws IOException;
    }

    /// A stretch of the log.
    ///
    /// @param entries in order
    /// @param end the place of the last thing that was read, event or not; null when there was nothing
    /// @param isLast whether there was nothing after it
    /// @param bytes the bytes that were looked at
    record Stretch(List<Entry> entries, EventId end, boolean isLast, long bytes) { }

    /// Says how far a window has come.
    ///
    /// @param reached the place before its first entry
    /// @param seen about how many entries were looked at
    /// @param bytes the bytes that were looked at
    /// @param isLast whether nothing comes before it
    record Window(EventId reached, long seen, long bytes, boolean isLast) { }
}
