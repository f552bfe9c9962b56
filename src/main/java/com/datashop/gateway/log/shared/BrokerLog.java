package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.ERROR;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.BatchTooLargeException;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Histogram;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.time.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A log that lives in a broker, and that many nodes share.
///
/// ```
///   append ──▶ Outbox ──▶ writer: all that wait, in one round trip ──▶ broker
///                                                                        │   with those of other nodes
///   append returns ◀── Tail.accept ◀── reader: knows its own batches  ◀──┘
///                                      by their tokens
/// ```
///
/// A publish is answered when this node has read it back in the order of the broker, like all other nodes. So it is
/// stored, and in its place. A reply that is lost with its connection does no harm: the reader reads back what was
/// stored. A batch that was not stored is sent again, once that is certain.
///
/// Two threads connect, each by itself. They wait longer after each failure, and never give up. A third thread ends the
/// waits of publishers that have lasted too long. All are platform threads: virtual ones would have to wait behind ten
/// thousand others that are busy with their clients. Meanwhile publishes wait in the outbox, within its bounds. Nothing
/// is sent while this node can not read.
public final class BrokerLog implements EventLog {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());
    /// The longest time that a publish may take. The outage of a failover fits in.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// The longest wait of a client that has read further than this node. Proxies allow a longer silence than this.
    private static final Duration CATCH_UP = Duration.ofSeconds(15);
    /// The age at which a write counts as stuck. The largest batch takes less, and by then its publisher has left.
    private static final Duration STUCK = Duration.ofSeconds(15);
    /// How long the start waits for a broker that is reading its data back, or whose parts do not know each other yet.
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration STARTING_PERIOD = Duration.ofMillis(200);
    private static final long NOT_WRITING = Long.MIN_VALUE;
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);
    private static final Duration DRAIN_PERIOD = Duration.ofMillis(20);
    private static final Duration PATIENCE_PERIOD = Duration.ofMillis(100);

    private final Broker broker;
    private final EventId origin;
    private final EventId warmFrom;
    private final Outbox outbox = new Outbox();
    private final Counter failures = new Counter();
    private final Histogram writes = new Histogram(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private final Outage reading = new Outage("read", failures);
    private final Outage storing = new Outage("write", failures);
    private final Thread reader = Thread.ofPlatform().name("log-reader").daemon().unstarted(this::keepReading);
    private final Thread writer = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::keepWriting);
    private final Thread timer = Thread.ofPlatform().name("log-timer").daemon().unstarted(this::keepTime);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Delivery delivery;
    private final Rounds rounds = new Rounds();
    private volatile long writingSince = NOT_WRITING;
    private volatile Reading in;
    private volatile Writing out;
    private volatile boolean started;
    private volatile boolean draining;
    private volatile boolean closing;

    /// Opens the log, and waits for a broker that has only just started. The log closes the broker.
    ///
    /// @param settings the settings of the broker, for messages; without a password
    /// @param warmBytes the bytes of the newest events to hand over at the start
    /// @throws IOException when the broker can not be used; its message is one line that names the cause
    public static BrokerLog open(Broker broker, Record settings, long warmBytes) throws IOException {
        try {
            for (long end = System.nanoTime() + STARTING.toNanos(); ; ) {
                try {
                    broker.begin();
                    return new BrokerLog(broker, warmBytes);
                } catch (IOException failed) {
                    if (!broker.mayPass(failed) || System.nanoTime() - end > 0) throw failed;
                }
                Thread.sleep(STARTING_PERIOD);
            }
        } catch (IOException failed) {
            broker.close();
            throw new IOException("BUS_URL " + settings + " can not be used: " + Broker.message(failed), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            broker.close();
            throw new IOException("interrupted while the broker was starting", stopped);
        }
    }

    private BrokerLog(Broker broker, long warmBytes) throws IOException {
        this.broker = broker;
        origin = broker.origin();
        warmFrom = broker.warmFrom(warmBytes);
        delivery = new Delivery(outbox, warmFrom);
    }

    @Override
    public EventId origin() {
        return origin;
    }

    @Override
    public EventId warmFrom() {
        return warmFrom;
    }

    @Override
    public Archive archive() {
        return broker.archive();
    }

    @Override
    public void follow(Tail tail) throws InterruptedException {
        delivery.begin(tail);
        reader.start();
        for (var end = end(); end.isAfter(delivery.position()) && !rounds.hasEnded() && !closing; )
            await(end, rounds.ticket(), PROBE_PERIOD);
        writer.start();
        timer.start();
        started = true;
    }

    /// The place that the log had come to at the start. It waits until the broker tells it.
    private EventId end() throws InterruptedException {
        var backoff = new Backoff();
        while (!closing) {
            try {
                return broker.end();
            } catch (IOException away) {
                reading.began(away.getMessage());
                Thread.sleep(backoff.next());
            }
        }
        return delivery.position();
    }

    @Override
    public Receipt append(List<Draft> batch)
            throws LogUnavailableException, BatchTooLargeException, InterruptedException {
        if (draining) throw new LogUnavailableException("the gateway is shutting down");
        if (!started) throw new LogUnavailableException("the gateway is starting");
        requireLegible(batch);
        var pending = outbox.add(batch, broker);
        try {
            return pending.await();
        } catch (TimeoutException late) {
            boolean sent = !outbox.withdraw(pending);
            String why = trouble().orElse("the broker has not stored it within " + PATIENCE.toSeconds() + " s");
            throw new LogUnavailableException(sent ? why + ": whether this was stored is not known" : why);
        } finally {
            outbox.forget(pending);
        }
    }

    /// Refuses what this node could not read back: it would be stored, and told to its subscribers as a gap.
    private void requireLegible(List<Draft> batch) throws BatchTooLargeException {
        long most = broker.largest();
        for (var draft : batch)
            if (draft.data().length > most)
                throw new BatchTooLargeException("an event has " + draft.data().length
                        + " bytes, and with this heap the gateway takes events of up to " + most);
    }

    @Override
    public void catchUp(EventId place) throws InterruptedException {
        await(place, rounds.ticket(), CATCH_UP);
    }

    /// Waits until the reader has come to the place, or to the end that the log had when the ticket was taken.
    ///
    /// @return false when it has not come there in time
    private boolean await(EventId place, long ticket, Duration bound) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = bound.toNanos();
            while (place.isAfter(delivery.position()) && !rounds.isServed(ticket) && left > 0 && !closing)
                left = moved.awaitNanos(left);
            return !place.isAfter(delivery.position()) || rounds.isServed(ticket);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> trouble() {
        return reading.why().or(storing::why).map(why -> "the broker can not be used: " + why);
    }

    @Override
    public void describe(JsonWriter out) {
        out.member("kind", broker.kind()).member("position", delivery.position().toString())
                .member("waiting", outbox.size()).member("waitingBytes", outbox.bytes())
                .member("failures", failures.value()).member("holes", delivery.holes())
                .member("connected", in != null)
                .member("behindMilliseconds", TimeUnit.NANOSECONDS.toMillis(rounds.behind(in != null)));
    }

    @Override
    public void declare(Registry registry) {
        registry.declare("gateway_log_write_seconds", "How long each round trip that stored something took.", writes);
        registry.declare("gateway_log_failures_total",
                "Connections to the broker that failed, and batches that it refused.", failures);
        delivery.declare(registry);
        registry.declare("gateway_log_waiting", "Publishes that wait for the broker.", new Gauge(outbox::size));
        registry.declare("gateway_log_waiting_bytes", "Bytes of the publishes that wait for the broker.",
                new Gauge(outbox::bytes));
        broker.declare(registry);
    }

    @Override
    public void drain(Duration wait) throws InterruptedException {
        draining = true;
        long end = System.nanoTime() + wait.toNanos();
        while (outbox.size() > 0 && System.nanoTime() - end < 0) Thread.sleep(DRAIN_PERIOD);
        outbox.refuseWaiting("the gateway is shutting down");
    }

    @Override
    public void close() {
        draining = true;
        closing = true;
        outbox.refuseAll("the gateway is shutting down: whether this was stored is not known");
        reader.interrupt();
        writer.interrupt();
        timer.interrupt();
        broker.close();
        signal();
        try {
            if (reader.isAlive()) reader.join(LAST_CALL);
            if (writer.isAlive()) writer.join(LAST_CALL);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void keepReading() {
        var backoff = new Backoff();
        while (!closing) {
            try (var connected = broker.read(delivery.position())) {
                in = connected;
                reading.ended();
                signal();
                while (!closing) {
                    rounds.ask();
                    var entries = connected.next();
                    backoff.reset();
                    delivery.accept(entries);
                    rounds.answered(entries.isEmpty(), connected.isAtEnd());
                    signal();
                    cutStuckWrite();
                }
            } catch (IOException failed) {
                if (!closing) reading.began(Broker.message(failed));
            } catch (RuntimeException | Error fault) {
                LOG.log(ERROR, "event=fault thread=log-reader", fault);
                reading.began("a fault of the gateway, which is in its log");
            }
            in = null;
            release(); // it may hang in a write to a broker that is gone, and nobody would read its next reply
            pause(backoff);
        }
    }

    private void keepWriting() {
        var backoff = new Backoff();
        while (!closing) {
            try {
                awaitReader();
                try (var connected = broker.write()) {
                    out = connected;
                    settle(connected);
                    while (!closing && out == connected) {
                        var why = write(connected, outbox.take(PROBE_PERIOD, connected.linger()));
                        backoff.reset();
                        why.ifPresentOrElse(storing::began, storing::ended);
                    }
                } finally {
                    out = null;
                }
            } catch (IOException failed) {
                if (!closing && in != null) storing.began(Broker.message(failed));
            } catch (InterruptedException closed) {
                // Nobody interrupts this thread, and it must not end by an interrupt.
                if (!closing) LOG.log(ERROR, "event=log-writer-interrupted", closed);
            } catch (RuntimeException | Error fault) {
                LOG.log(ERROR, "event=fault thread=log-writer", fault);
                storing.began("a fault of the gateway, which is in its log");
            }
            pause(backoff);
        }
    }

    /// Ends the waits that have lasted too long. It does nothing else, because the other threads may hang in a read.
    private void keepTime() {
        try {
            while (!closing) {
                Thread.sleep(PATIENCE_PERIOD);
                outbox.expire(PATIENCE);
            }
        } catch (InterruptedException closed) {
            if (!closing) LOG.log(ERROR, "event=log-timer-interrupted", closed);
        }
    }

    /// Finds out what became of the batches that were sent on earlier connections, and sends again those not stored.
    ///
    /// A batch that this node has not read back when it comes to the present end of the log was not stored.
    private void settle(Writing connected) throws IOException, InterruptedException {
        if (!outbox.hasSent() || !connected.isAlone()) return;
        var end = connected.end();
        if (await(end, rounds.ticket(), PATIENCE) && in != null) outbox.sendAgain();
    }

    private Optional<String> write(Writing connected, List<Pending> group) throws IOException {
        if (group.isEmpty()) return connected.probe();
        long began = System.nanoTime();
        writingSince = began;
        try {
            if (out == connected) return connected.write(group);
            for (var pending : group) pending.giveBack(); // the connection was closed meanwhile; nothing was sent
            return storing.why();
        } finally {
            writingSince = NOT_WRITING;
            writes.record(System.nanoTime() - began);
            outbox.restore(group);
        }
    }

    /// Cuts a write that is stuck. A write has no time limit of its own, and the broker may have stopped reading.
    private void cutStuckWrite() {
        long since = writingSince;
        if (since != NOT_WRITING && System.nanoTime() - since > STUCK.toNanos()) release();
    }

    private void awaitReader() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (in == null && !closing) moved.await(PROBE_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(Backoff backoff) {
        if (closing) return;
        try {
            Thread.sleep(backoff.next());
        } catch (InterruptedException closed) {
            if (closing) Thread.currentThread().interrupt();
        }
    }

    /// Takes the writer's connection away from it, and closes it.
    private void release() {
        var writing = out;
        out = null;
        if (writing == null) return;
        try {
            writing.close();
        } catch (IOException closed) {
            // Closed is all it has to be.
        }
    }
}
