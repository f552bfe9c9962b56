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
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A log that lives in a broker, and that many nodes share.
///
/// ```
///   append ──▶ Outbox ──▶ BrokerWriter: all that wait, in one round trip ──▶ broker
///                                                                             │   with those of other nodes
///   append returns ◀── Tail.accept ◀── Delivery: knows the batches   ◀── BrokerReader
///                                      of this node by their tokens
/// ```
///
/// A publish is answered when this node has read it back in the order of the broker, like all other nodes. So it is
/// stored, and in its place. A reply that is lost with its connection does no harm: the reader reads back what was
/// stored. A batch that was not stored is sent again, once that is certain.
///
/// The reader and the writer each have a thread and a connection. A third thread ends the waits of publishers that have
/// lasted too long. While the broker is away, publishes wait in the outbox, within its bounds.
public final class BrokerLog implements EventLog {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());
    /// The longest time that a publish may take. The outage of a failover fits in.
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /// The longest wait of a client that has read further than this node. Proxies allow a longer silence than this.
    private static final Duration CATCH_UP = Duration.ofSeconds(15);
    /// How long the start waits for a broker that is reading its data back, or whose parts do not know each other yet.
    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration STARTING_PERIOD = Duration.ofMillis(200);
    private static final Duration DRAIN_PERIOD = Duration.ofMillis(20);
    private static final Duration PATIENCE_PERIOD = Duration.ofMillis(100);

    private final Broker broker;
    private final EventId origin;
    private final EventId warmFrom;
    private final Outbox outbox = new Outbox();
    private final Counter failures = new Counter();
    private final Delivery delivery;
    private final BrokerReader reader;
    private final BrokerWriter writer;
    private final Thread timer = Thread.ofPlatform().name("log-timer").daemon().unstarted(this::expireWaits);
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
        reader = new BrokerReader(broker, delivery, failures);
        writer = new BrokerWriter(broker, outbox, reader, failures);
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
        reader.start(tail, writer);
        reader.awaitEnd();
        writer.start();
        timer.start();
        started = true;
    }

    @Override
    public Receipt append(List<Draft> batch)
            throws LogUnavailableException, BatchTooLargeException, InterruptedException {
        if (draining) throw new LogUnavailableException("the gateway is shutting down");
        if (!started) throw new LogUnavailableException("the gateway is starting");
        requireReadable(batch);
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

    /// Refuses a batch with an event that this node could not read back: its subscribers would be told a gap.
    private void requireReadable(List<Draft> batch) throws BatchTooLargeException {
        long most = broker.largest();
        for (var draft : batch)
            if (draft.data().length > most)
                throw new BatchTooLargeException("an event has " + draft.data().length
                        + " bytes, and with this heap the gateway takes events of up to " + most);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public void catchUp(EventId place) throws InterruptedException {
        reader.await(place, CATCH_UP);
    }

    @Override
    public Optional<String> trouble() {
        return reader.trouble().or(writer::trouble).map(why -> "the broker can not be used: " + why);
    }

    @Override
    public void describe(JsonWriter out) {
        out.member("kind", broker.kind()).member("position", delivery.position().toString())
                .member("waiting", outbox.size()).member("waitingBytes", outbox.bytes())
                .member("failures", failures.value()).member("holes", delivery.holes())
                .member("connected", reader.isConnected())
                .member("behindMilliseconds", TimeUnit.NANOSECONDS.toMillis(reader.behind()));
    }

    @Override
    public void declare(Registry registry) {
        writer.declare(registry);
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
        reader.stop();
        writer.stop();
        timer.interrupt();
        outbox.refuseAll("the gateway is shutting down: whether this was stored is not known");
        broker.close();
        try {
            reader.join();
            writer.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the waits that have lasted too long. It does nothing else, because the other threads may hang in a read.
    private void expireWaits() {
        try {
            while (!closing) {
                Thread.sleep(PATIENCE_PERIOD);
                outbox.expire(PATIENCE);
            }
        } catch (InterruptedException closed) {
            if (!closing) LOG.log(ERROR, "event=log-timer-interrupted", closed);
        }
    }
}
