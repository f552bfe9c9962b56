package com.datashop.gateway.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Publishes one event after the other on a thread of its own, while a test breaks something.
///
/// It ends when it is stopped, or when its gateway answers no more.
public final class SteadyPublisher {
    /// A test that hangs fills no history for ever.
    private static final int MOST = 20_000;

    private final List<String> ids = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean isStopped;

    /// Starts.
    ///
    /// @param path of the channel `logs:etl:{path}`
    /// @param pause after each event
    public SteadyPublisher(Gateway gateway, String path, Duration pause) {
        thread = Thread.ofVirtual().name("steady-publisher").start(() -> {
            while (!isStopped && ids.size() < MOST) {
                ids.add(gateway.publish(path, "1"));
                LockSupport.parkNanos(pause.toNanos());
            }
        });
    }

    /// The number of events published so far.
    public int count() {
        return ids.size();
    }

    /// Waits until so many more are published.
    public void awaitMore(int events) {
        int reached = count() + events;
        Await.until(events + " more events", () -> count() >= reached);
    }

    /// Ends it; the ids of all that it has published, in order, for the caller to add to.
    public List<String> stop() {
        isStopped = true;
        try {
            thread.join();
            return new ArrayList<>(ids);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
