package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.ERROR;

import com.datashop.gateway.time.Backoff;
import java.io.IOException;
import java.time.Duration;

/// A thread that keeps one connection to the broker. It waits longer after each failure, and never gives up.
///
/// ```
///   session: connect, and work until the connection fails ──▶ a wait ──▶ session ...      until the thread is stopped
/// ```
///
/// It is a platform thread. A virtual one would wait behind ten thousand others that are busy with their clients.
final class BrokerThread {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());
    /// The longest wait for the thread to end when it was stopped.
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final Session session;
    private final Outage outage;
    private final Thread thread;
    private volatile boolean stopping;

    /// The work on one connection after the other.
    interface Session {
        /// Connects, and works until the connection fails or the thread is stopped.
        ///
        /// @param backoff the waits between connections; the session resets it when the connection has worked
        void run(Backoff backoff) throws IOException, InterruptedException;

        /// Notes that the connection failed, or could not be made.
        ///
        /// @param why the cause in one line
        void failed(String why);

        /// Called after each session, before the wait.
        default void ended() { }
    }

    /// @param outage begins when the session has a fault
    BrokerThread(String name, Session session, Outage outage) {
        this.session = session;
        this.outage = outage;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Asks the thread to end. It does when the connection is closed.
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    boolean isStopping() {
        return stopping;
    }

    /// Waits, within a bound, until the thread has ended.
    void join() throws InterruptedException {
        if (thread.isAlive()) thread.join(LAST_CALL);
    }

    private void run() {
        var backoff = new Backoff();
        while (!stopping) {
            try {
                session.run(backoff);
            } catch (IOException failed) {
                if (!stopping) session.failed(Broker.message(failed));
            } catch (InterruptedException stopped) {
                // Only `stop` interrupts this thread. It must not end by any other interrupt.
                if (!stopping) LOG.log(ERROR, "event=" + thread.getName() + "-interrupted", stopped);
            } catch (RuntimeException | Error fault) {
                LOG.log(ERROR, "event=fault thread=" + thread.getName(), fault);
                outage.began("a fault of the gateway, which is in its log");
            }
            session.ended();
            pause(backoff);
        }
    }

    private void pause(Backoff backoff) {
        if (stopping) return;
        try {
            Thread.sleep(backoff.next());
        } catch (InterruptedException stopped) {
            if (stopping) Thread.currentThread().interrupt();
        }
    }
}
