package com.datashop.gateway.log.shared;

import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.Histogram;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.time.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Sends the batches of the [Outbox] to the broker, on a thread of its own: all that wait, in one round trip.
///
/// ```
///   the reader is connected ──▶ connect ──▶ settle: what became of earlier batches? ──▶ take, write, take, write ...
/// ```
///
/// It sends nothing while the reader is away, because nobody would see what became of it. The reader cuts its
/// connection when the reader's own fails, or when a write is stuck.
final class BrokerWriter implements BrokerThread.Session {
    /// The age at which a write counts as stuck. The largest batch takes less, and by then its publisher has left.
    private static final Duration STUCK = Duration.ofSeconds(15);
    /// The longest wait for batches. After it, the writer asks the broker whether it would store one.
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);
    private static final long NOT_WRITING = Long.MIN_VALUE;

    private final Broker broker;
    private final Outbox outbox;
    private final BrokerReader reader;
    private final Outage outage;
    private final BrokerThread thread;
    private final Histogram writes = new Histogram(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private volatile long writingSince = NOT_WRITING;
    /// The connection; null when there is none, or it was cut.
    private volatile Writing out;

    /// @param failures counts the failures of its connections, and refusals
    BrokerWriter(Broker broker, Outbox outbox, BrokerReader reader, Counter failures) {
        this.broker = broker;
        this.outbox = outbox;
        this.reader = reader;
        outage = new Outage("write", failures);
        thread = new BrokerThread("log-writer", this, outage);
    }

    void start() {
        thread.start();
    }

    /// Asks the thread to end.
    void stop() {
        thread.stop();
    }

    /// Waits, within a bound, until the thread has ended.
    void join() throws InterruptedException {
        thread.join();
    }

    /// The reason why it can store nothing now; empty when it can.
    Optional<String> trouble() {
        return outage.why();
    }

    void declare(Registry registry) {
        registry.declare("gateway_log_write_seconds", "How long each round trip that stored something took.", writes);
    }

    /// Cuts a write that is stuck. A write has no time limit of its own, and the broker may have stopped reading.
    void cutStuckWrite() {
        long since = writingSince;
        if (since != NOT_WRITING && System.nanoTime() - since > STUCK.toNanos()) cut();
    }

    /// Takes the connection away from the thread, and closes it.
    void cut() {
        var connection = out;
        out = null;
        if (connection == null) return;
        try {
            connection.close();
        } catch (IOException closed) {
            // The connection is of no use any more.
        }
    }

    @Override
    public void run(Backoff backoff) throws IOException, InterruptedException {
        reader.awaitConnection();
        try (var connection = broker.write()) {
            out = connection;
            settle(connection);
            while (!thread.isStopping() && out == connection) {
                var refusal = write(connection, outbox.take(PROBE_PERIOD, connection.linger()));
                backoff.reset();
                refusal.ifPresentOrElse(outage::began, outage::ended);
            }
        } finally {
            out = null;
        }
    }

    /// Notes a failure, unless the reader is away as well: its own outage says so.
    @Override
    public void failed(String why) {
        if (reader.isConnected()) outage.began(why);
    }

    /// Finds out what became of the batches that were sent on earlier connections, and sends again those not stored.
    ///
    /// A batch was not stored if this node has not read it back when it comes to the present end of the log.
    private void settle(Writing connection) throws IOException, InterruptedException {
        if (!outbox.hasSent() || !connection.isAlone()) return;
        var end = connection.end();
        if (reader.await(end, BrokerLog.PATIENCE) && reader.isConnected()) outbox.sendAgain();
    }

    /// Writes a group of batches. Without one, asks whether the broker would store a batch.
    ///
    /// @return the broker's reason for a refusal; empty when it took all
    private Optional<String> write(Writing connection, List<Pending> group) throws IOException {
        if (group.isEmpty()) return connection.probe();
        long began = System.nanoTime();
        writingSince = began;
        try {
            if (out == connection) return connection.write(group);
            for (var pending : group) pending.giveBack(); // The connection was cut meanwhile; nothing was sent.
            return outage.why();
        } finally {
            writingSince = NOT_WRITING;
            writes.record(System.nanoTime() - began);
            outbox.restore(group);
        }
    }
}
