package com.datashop.gateway.log;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import java.time.Duration;
import java.util.List;

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

    /// Begins to hand over events. Called once, before the first append.
    void follow(Tail tail);

    /// Stores the batch, all of it or nothing, and returns when the tail has it.
    ///
    /// @throws LogUnavailableException when it can not be stored now
    /// @throws InterruptedException when the thread was interrupted; whether the batch was stored is then unknown
    Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException;

    /// Takes nothing more, and waits so long for what is under way.
    void drain(Duration wait) throws InterruptedException;

    /// Ends the log: what was acknowledged is as durable as was promised, and nothing is handed over any more.
    @Override
    void close();
}
