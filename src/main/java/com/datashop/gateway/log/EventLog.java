package com.datashop.gateway.log;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The one ordered log that every event enters, and that gives it its place.
///
/// ```
///   append(drafts) ──▶ ordered, and as durable as this log is ──▶ Tail.accept ──▶ append returns
/// ```
///
/// Only the log calls the tail, in log order: so no subscriber sees what a crash could take back, and two publishers can not be inverted.
public interface EventLog extends AutoCloseable {
    /// The place before the first event that this log ever held; it counts as issued.
    EventId origin();

    /// The place after which it hands over events: what comes before is in the archive, or gone.
    EventId floor();

    /// What it has kept of the events that it has handed over.
    Archive archive();

    /// Begins to hand over events: those after its floor that are there already, before this returns, and then those that come. Called once,
    /// before the first append.
    void follow(Tail tail) throws InterruptedException;

    /// Stores the batch, all of it or nothing, and returns when the tail has it.
    ///
    /// @throws LogUnavailableException when it can not be stored now
    /// @throws InterruptedException when the thread was interrupted; whether the batch was stored is then unknown
    Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException;

    /// Waits, within a bound, until the tail has everything up to this place, or everything that was in the log at this call. A log that only this node
    /// writes to has handed over all there is; in a shared one a client may come from a node that has read further.
    default void catchUp(EventId place) throws InterruptedException { }

    /// Why it can store nothing now; empty when it can.
    Optional<String> trouble();

    /// Writes what an operator is to see of this kind of log, as members of an object that is open: first its `kind`, a word; then numbers, texts
    /// and truths under names that can be read as words (`retentionBytes`). Those called `bytes` and `maxBytes` are what it holds, and may hold.
    /// It takes no time: a broker is not asked.
    void describe(JsonWriter out);

    /// Gives its counters their names.
    void declare(Registry registry);

    /// Takes nothing more, and waits so long for what is under way.
    void drain(Duration wait) throws InterruptedException;

    /// Ends the log: what was acknowledged is as durable as was promised, and nothing is handed over any more.
    @Override
    void close();
}
