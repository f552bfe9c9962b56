package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A log that lives in a broker and is shared by many nodes.
///
/// ```
///   append ──▶ Outbox ──▶ writer: all that wait, in one round trip ──▶ broker ──▶ reader ──▶ Tail.accept ──▶ append returns
///     of any node                                                   other nodes ──▶   │
///                                                                                     └─ knows its own batches by their tokens
/// ```
///
/// A publish is answered when this node has read it back, like everybody else, in the order of the broker: so it is stored, and it is in its place. A reply that is lost with
/// its connection is not missed, for what was stored is read back by the next one, and what was not is sent again once that is certain.
///
/// Two threads connect, each by itself, wait longer after each failure, and never give up; they are the system's, since behind ten thousand virtual ones that
/// are busy with their clients they would wait for their turn. What comes meanwhile waits in the outbox, within its bounds; nothing is sent while this node can not read.
public final class BrokerLog implements EventLog {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());
    /// How long a publish may take; the outage of a failover fits in.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// How long a client is kept waiting that knows more than this node: shorter than what proxies allow for a silence.
    private static final Duration CATCH_UP = Duration.ofSeconds(15);
    /// The largest batch is stored in less, and its publisher has left by then.
    private static final Duration STUCK = Duration.ofSeconds(15);
    private static final long NOT_WRITING = Long.MIN_VALUE;
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);
    private static final Duration DRAIN_PERIOD = Duration.ofMillis(20);

    private final Broker broker;
    private final EventId origin;
    private final EventId floor;
    private final Outbox outbox = new Outbox();
    private final Counter failures = new Counter();
    private final Counter holes = new Counter();
    private final Counter foreign = new Counter();
    private final Counter tooLarge = new Counter();
    private final Histogram writes = new Histogram(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private final Outage reading = new Outage("read", failures);
    private final Outage storing = new Outage("write", failures);
    private final Thread reader = Thread.ofPlatform().name("log-reader").daemon().unstarted(this::keepReading);
    private final Thread writer = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::keepWriting);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private Tail tail;
    private volatile EventId position;
    private final Rounds rounds = new Rounds();
    private volatile long writingSince = NOT_WRITING;
    private volatile Reading in;
    private volatile Writing out;
    private volatile boolean started;
    private volatile boolean draining;
    private volatile boolean closing;

    /// @param warmBytes how much of the newest is handed over at the start
    /// @throws IOException when the broker can not be used; in one line
    public BrokerLog(Broker broker, long warmBytes) throws IOException {
        this.broker = broker;
        origin = broker.origin();
        floor = broker.floor(warmBytes);
        position = floor;
    }

    @Override
    public EventId origin() {
        return origin;
    }

    @Override
    public EventId floor() {
        return floor;
    }

    @Override
    public Archive archive() {
        return broker.archive();
    }

    @Override
    public void follow(Tail tail) throws InterruptedException {
        this.tail = tail;
        reader.start();
        for (var end = end(); end.isAfter(position) && !rounds.hasEnded() && !closing; )
            await(end, rounds.ticket(), PROBE_PERIOD);
        writer.start();
        started = true;
    }

    /// The place that the log had come to at the start, however long it takes to learn it.
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
        return position;
    }

    @Override
    public Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        if (draining || !started) throw new LogUnavailableException(draining ? "the gateway is shutting down" : "the gateway is starting");
        var pending = outbox.add(batch, broker);
        try {
            return pending.await(PATIENCE);
        } catch (TimeoutException late) {
            boolean sent = !outbox.withdraw(pending);
            String why = trouble().orElse("the broker has not stored it within " + PATIENCE.toSeconds() + " s");
            throw new LogUnavailableException(sent ? why + ": whether this was stored is not known" : why);
        } finally {
            outbox.forget(pending);
        }
    }

    @Override
    public void catchUp(EventId place) throws InterruptedException {
        await(place, rounds.ticket(), CATCH_UP);
    }

    /// Waits until the reader has come to the place, or to the end that the log had when the ticket was taken; false
    /// when it has not.
    private boolean await(EventId place, long ticket, Duration bound) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = bound.toNanos();
            while (place.isAfter(position) && !rounds.isServed(ticket) && left > 0 && !closing)
                left = moved.awaitNanos(left);
            return !place.isAfter(position) || rounds.isServed(ticket);
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
        out.member("kind", broker.kind()).member("position", position.toString()).member("waiting", outbox.size()).member("waitingBytes", outbox.bytes())
                .member("failures", failures.value()).member("holes", holes.value());
    }

    @Override
    public void declare(Registry registry) {
        registry.declare("gateway_log_write_seconds", "How long each round trip that stored something took.", writes);
        registry.declare("gateway_log_failures_total", "Connections to the broker that failed, and batches that it refused.", failures);
        registry.declare("gateway_log_holes_total", "Times that the broker had lost events, or dropped them before this node had read them.", holes);
        registry.declare("gateway_log_foreign_total", "Entries of the log that no gateway has written, and that were left out.", foreign);
        registry.declare("gateway_log_too_large_total",
                "Events of the log that are larger than this node can hold: its subscribers are told a gap.", tooLarge);
        registry.declare("gateway_log_waiting", "Publishes that wait for the broker.", new Gauge(outbox::size));
        registry.declare("gateway_log_waiting_bytes", "What they hold.", new Gauge(outbox::bytes));
        broker.declare(registry);
    }

    @Override
    public void drain(Duration wait) throws InterruptedException {
        draining = true;
        for (long end = System.nanoTime() + wait.toNanos(); outbox.size() > 0 && System.nanoTime() - end < 0; ) Thread.sleep(DRAIN_PERIOD);
        outbox.refuseWaiting("the gateway is shutting down");
    }

    @Override
    public void close() {
        draining = true;
        closing = true;
        outbox.refuseAll("the gateway is shutting down: whether this was stored is not known");
        reader.interrupt();
        writer.interrupt();
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
            try (var connected = broker.read(position)) {
                in = connected;
                reading.ended();
                signal();
                while (!closing) {
                    rounds.ask();
                    var entries = connected.next();
                    backoff.reset();
                    handOver(entries);
                    rounds.answered(entries.isEmpty(), connected.isAtEnd());
                    signal();
                    cutStuckWrite();
                }
            } catch (IOException failed) {
                if (!closing) reading.began(message(failed));
            } catch (RuntimeException | Error fault) {
                LOG.log(ERROR, "event=fault thread=log-reader", fault);
                reading.began("a fault of the gateway, which is in its log");
            }
            in = null;
            release(); // it may hang in a write to a broker that is gone, and its next reply would come to nobody
            pause(backoff);
        }
    }

    /// Hands over in as few calls as there are batches of this node among them.
    private void handOver(List<Entry> entries) {
        var run = new ArrayList<Event>();
        Pending own = null;
        for (var entry : entries) {
            switch (entry) {
                case Entry.Stored(var event, var token, boolean last) -> {
                    var pending = outbox.find(token);
                    if (pending != own) handOver(run, own, false);
                    own = pending;
                    run.add(event);
                    if (last && own != null) {
                        handOver(run, own, true);
                        own = null;
                    }
                }
                case Entry.Hole(var id) -> {
                    handOver(run, own, false);
                    holes.increment();
                    tail.lost(id);
                    position = id;
                }
                case Entry.TooLarge(var id, var channel, var token, boolean last) -> {
                    handOver(run, own, false);
                    if (tooLarge.value() == 0) LOG.log(WARNING, "event=log-entry-too-large id=" + id
                            + " note=\"this node can not hold it: subscribers are told a gap;"
                            + " gateway_log_too_large_total counts it\"");
                    tooLarge.increment();
                    own = outbox.find(token);
                    try {
                        tail.lost(channel, id);
                        if (own != null) own.handedOver(id, id, 0, last);
                    } finally {
                        position = id;
                    }
                    if (last) own = null;
                }
                case Entry.Foreign(var id) -> {
                    handOver(run, own, false);
                    position = id;
                    if (foreign.value() == 0) LOG.log(WARNING, "event=log-foreign-entry id=" + id + " note=\"what no gateway has written is left out; gateway_log_foreign_total counts it\"");
                    foreign.increment();
                }
            }
        }
        handOver(run, own, false);
    }

    private void handOver(List<Event> run, Pending own, boolean last) {
        if (run.isEmpty()) return;
        var from = run.getFirst().id();
        var to = run.getLast().id();
        try {
            long delivered = tail.accept(List.copyOf(run));
            if (own != null) own.handedOver(from, to, delivered, last);
        } finally {
            position = to; // after, for who waits for it; and in any case, for what a fault of the hub's has half taken must not come again
        }
        run.clear();
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
                        var why = write(connected, outbox.take(PROBE_PERIOD));
                        backoff.reset();
                        why.ifPresentOrElse(storing::began, storing::ended);
                    }
                } finally {
                    out = null;
                }
            } catch (IOException failed) {
                if (!closing && in != null) storing.began(message(failed));
            } catch (InterruptedException closed) {
                if (!closing) LOG.log(ERROR, "event=log-writer-interrupted", closed); // nobody does; and it must not end by it
            } catch (RuntimeException | Error fault) {
                LOG.log(ERROR, "event=fault thread=log-writer", fault);
                storing.began("a fault of the gateway, which is in its log");
            }
            pause(backoff);
        }
    }

    /// Finds out what became of what was sent on the connection before: what this node does not read back up to here was not stored, and is sent again.
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
            for (var pending : group) pending.giveBack(); // it was closed meanwhile, and nothing has gone out
            return storing.why();
        } finally {
            writingSince = NOT_WRITING;
            writes.record(System.nanoTime() - began);
            outbox.restore(group);
        }
    }

    /// A write has no time limit of its own, and one to a broker that takes nothing lasts.
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

    private static String message(IOException failed) {
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }

    /// Takes the connection to store on away from the writer.
    private void release() {
        var writing = out;
        out = null;
        if (writing == null) return;
        try {
            writing.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }
}
