package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.time.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Reads back what all nodes have stored, on a thread of its own, and hands it over in order.
///
/// ```
///              connects                  the connection fails
///   AWAY ─────────────────▶ CONNECTED ────────────────────────▶ AWAY: the writer's connection is cut as well
///                            reads and delivers, round by round
/// ```
///
/// Other threads wait for it: [#await] for a place that it comes to, and [#awaitConnection] for its connection.
final class BrokerReader implements BrokerThread.Session {
    /// The longest sleep of a wait before it looks again.
    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

    private final Broker broker;
    private final Delivery delivery;
    private final Outage outage;
    private final BrokerThread thread;
    private final Rounds rounds = new Rounds();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private volatile boolean connected;
    private BrokerWriter writer;

    /// @param failures counts the failures of its connections
    BrokerReader(Broker broker, Delivery delivery, Counter failures) {
        this.broker = broker;
        this.delivery = delivery;
        outage = new Outage("read", failures);
        thread = new BrokerThread("log-reader", this, outage);
    }

    /// Starts the thread.
    ///
    /// @param writer the writer whose connection the reader may cut
    void start(Tail tail, BrokerWriter writer) {
        this.writer = writer;
        delivery.begin(tail);
        thread.start();
    }

    /// Waits until it has handed over all that the log has at this call. It also waits for a broker that is away.
    void awaitEnd() throws InterruptedException {
        for (var end = end(); end.isAfter(delivery.position()) && !rounds.hasEnded() && !thread.isStopping(); )
            await(end, LOOK_PERIOD);
    }

    /// Waits until it has come to the place, or to the end that the log has at this call.
    ///
    /// @return false when it has not come there in time
    boolean await(EventId place, Duration bound) throws InterruptedException {
        long ticket = rounds.ticket();
        lock.lockInterruptibly();
        try {
            long left = bound.toNanos();
            while (place.isAfter(delivery.position()) && !rounds.isServed(ticket) && left > 0 && !thread.isStopping())
                left = progress.awaitNanos(left);
            return !place.isAfter(delivery.position()) || rounds.isServed(ticket);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it is connected, or stops.
    void awaitConnection() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!connected && !thread.isStopping()) progress.await(LOOK_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }

    boolean isConnected() {
        return connected;
    }

    /// How long it has not been at the end of the log, in nanoseconds.
    long behind() {
        return rounds.behind(connected);
    }

    /// The reason why it can not read now; empty when it can.
    Optional<String> trouble() {
        return outage.why();
    }

    /// Asks the thread to end, and ends all waits for it.
    void stop() {
        thread.stop();
        signal();
    }

    /// Waits, within a bound, until the thread has ended.
    void join() throws InterruptedException {
        thread.join();
    }

    @Override
    public void run(Backoff backoff) throws IOException {
        try (var connection = broker.read(delivery.position())) {
            connected = true;
            outage.ended();
            signal();
            while (!thread.isStopping()) {
                rounds.ask();
                var entries = connection.next();
                backoff.reset();
                delivery.accept(entries);
                rounds.answered(entries.isEmpty(), connection.isAtEnd());
                signal();
                writer.cutStuckWrite();
            }
        }
    }

    @Override
    public void failed(String why) {
        outage.began(why);
    }

    @Override
    public void ended() {
        connected = false;
        writer.cut(); // It may hang in a write to a broker that is gone, and nobody would read its next reply.
    }

    /// The place that the log has come to. It waits until the broker tells it.
    private EventId end() throws InterruptedException {
        var backoff = new Backoff();
        while (!thread.isStopping()) {
            try {
                return broker.end();
            } catch (IOException away) {
                outage.began(away.getMessage());
                Thread.sleep(backoff.next());
            }
        }
        return delivery.position();
    }

    private void signal() {
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
