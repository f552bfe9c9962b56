package com.datashop.gateway.cli.command;

import com.datashop.gateway.client.EntryLine;
import com.datashop.gateway.client.LogPublisher;
import com.datashop.gateway.client.RefusedException;
import com.datashop.gateway.client.UnpublishedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Collects lines while the previous batch is on its way, and makes their reader wait when there are too many.
///
/// ```
///   reader: add ──▶ waiting: at most 4 MiB ──▶ sender: one batch of at most 900 KB ──▶ LogPublisher
/// ```
final class Batches implements AutoCloseable {
    /// The most bytes of a batch, below the gateway's default `MAX_BODY_BYTES`.
    private static final int BATCH_BYTES = 900_000;
    private static final int BATCH_ENTRIES = 10_000;
    private static final int WAITING_BYTES = 4 << 20;

    /// How long the sender may take to notice that it is stopped. While it looks up a host's name it does not notice.
    private static final Duration LAST_MOMENT = Duration.ofMillis(500);

    private final LogPublisher publisher;
    private final PublishReport report;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread sender = Thread.ofVirtual().name("publisher").unstarted(this::send);
    private List<EntryLine> waiting = new ArrayList<>();
    private long waitingBytes;
    /// The batch that is on its way.
    private volatile List<EntryLine> sending = List.of();
    private boolean unbounded;
    private boolean finished;
    private boolean givenUp;
    private RefusedException refused;

    Batches(LogPublisher publisher, PublishReport report) {
        this.publisher = publisher;
        this.report = report;
        sender.start();
    }

    /// Adds an entry, and waits for room; false when nothing more is published, and the caller need not read on.
    boolean add(EntryLine entry) throws InterruptedException {
        lock.lock();
        try {
            while (waitingBytes > WAITING_BYTES && !givenUp && !unbounded) changed.await();
            if (givenUp) {
                report.unpublished(List.of(entry));
                return report.isReadingOn();
            }
            waiting.add(entry);
            waitingBytes += entry.length();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Makes no caller of [#add] wait any more. From here on the input has an end, which bounds the heap.
    void release() {
        lock.lock();
        try {
            unbounded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all entries are published or given up; the refusal when the gateway refused them.
    Optional<RefusedException> finish() throws InterruptedException {
        end();
        sender.join();
        return Optional.ofNullable(refused);
    }

    /// Gives the entries this time to be published, and then gives them up.
    void finishWithin(Duration patience) throws InterruptedException {
        end();
        if (sender.join(patience)) return;
        sender.interrupt();
        if (sender.join(LAST_MOMENT)) return;
        report.unpublished(sending);
        giveUp("stopped", Optional.empty());
    }

    private void end() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        sender.interrupt();
    }

    private void send() {
        try {
            for (sending = take(); !sending.isEmpty(); sending = take()) publisher.publish(sending);
        } catch (UnpublishedException unpublished) {
            report.unpublished(unpublished.entries());
            giveUp(unpublished.getMessage(), unpublished.refusal());
        } catch (InterruptedException stopped) {
            giveUp("stopped", Optional.empty());
        } catch (RuntimeException fault) { // Without this, the lines would be lost without a word.
            report.unpublished(sending);
            giveUp(fault.toString(), Optional.empty());
        }
    }

    private List<EntryLine> take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !finished) changed.await();
            long bytes = 0;
            int entries = 0;
            while (entries < waiting.size() && entries < BATCH_ENTRIES
                    && (entries == 0 || bytes + waiting.get(entries).length() < BATCH_BYTES))
                bytes += waiting.get(entries++).length() + 1;
            var batch = List.copyOf(waiting.subList(0, entries));
            waiting = new ArrayList<>(waiting.subList(entries, waiting.size()));
            for (var entry : batch) waitingBytes -= entry.length();
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(String why, Optional<RefusedException> refusal) {
        lock.lock();
        try {
            givenUp = true;
            refused = refusal.orElse(null);
            report.unpublished(waiting);
            waiting = new ArrayList<>();
            waitingBytes = 0;
            finished = true;
            if (refusal.isEmpty()) report.givenUp(why);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
