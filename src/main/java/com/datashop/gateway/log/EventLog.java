package com.datashop.gateway.log;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The one ordered log. Every event enters it, and gets its place from it.
///
/// ```
///   append(drafts) ──▶ ordered, and as durable as this log is ──▶ Tail.deliver ──▶ append returns
/// ```
///
/// Only the log calls the tail, and it calls in log order. So no subscriber sees an event that a crash could take back,
/// and two publishers can not be inverted.
public interface EventLog extends AutoCloseable {
    /// The place before the first event that this log ever held. It counts as issued.
    EventId origin();

    /// The place after which it hands over events. Older events are in the archive, or gone.
    EventId warmFrom();

    /// The events that it keeps after it has handed them over.
    Archive archive();

    /// Begins to hand over events. Called once, before the first append.
    ///
    /// Before this returns, it hands over the events after [#warmFrom()] that are there already. After that, it hands
    /// over the events that come.
    void follow(Tail tail) throws InterruptedException;

    /// Stores the batch, all of it or nothing. It returns when the tail has it.
    ///
    /// @throws LogUnavailableException when it can not be stored now
    /// @throws BatchTooLargeException when a batch of this size can never be stored
    /// @throws InterruptedException when the thread was interrupted; whether the batch was stored is then not known
    Receipt append(List<Draft> batch) throws LogUnavailableException, BatchTooLargeException, InterruptedException;

    /// Whether other nodes store events in it too.
    default boolean isShared() {
        return false;
    }

    /// Waits, within a bound, until the tail has everything up to this place, or all that the log has at this call.
    ///
    /// A log that only this node writes to has handed over everything. In a shared log, a client may come from a node
    /// that has read further than this one.
    default void catchUp(EventId place) throws InterruptedException { }

    /// The reason why it can store nothing now; empty when it can.
    Optional<String> trouble();

    /// Writes what an operator needs to know of this log, as members of an object that is open.
    ///
    /// The first member is `kind`, a word. Then come numbers, texts and booleans, under names that can be read as words
    /// (`retentionBytes`). `bytes` and `maxBytes` are what it holds, and may hold. It returns at once: it does not
    /// ask a broker.
    void describe(JsonWriter out);

    /// Declares its counters.
    void declare(Registry registry);

    /// Accepts nothing more, and waits up to this long for what is under way.
    void drain(Duration wait) throws InterruptedException;

    /// Ends the log. Acknowledged events are as durable as was promised, and nothing is handed over any more.
    @Override
    void close();
}
