package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The queue of publishers for the log's writer. The writer takes all batches that fit in one write.
final class WriteQueue {
    /// The bytes that are written and synced in one go. Larger groups gain nothing.
    static final int GROUP_BYTES = 1 << 20;
    /// The most batches that wait. Further publishers wait for room in the queue.
    private static final int MAX_WAITING = 4096;
    /// How long a publisher waits for a disk that does not answer.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// An empty batch that wakes the writer.
    private static final Waiting NUDGE = new Waiting(List.of());
    private static final String CLOSING = "the gateway is shutting down";

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean closing;

    /// Waits until the batch is stored and handed over.
    Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        var pending = new Waiting(batch);
        if (closing) throw new LogUnavailableException(CLOSING);
        if (!queue.offer(pending, PATIENCE.toNanos(), TimeUnit.NANOSECONDS))
            throw new LogUnavailableException("the disk does not keep up");
        if (closing && queue.remove(pending)) throw new LogUnavailableException(CLOSING);
        try {
            return pending.receipt.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            if (queue.remove(pending)) throw new LogUnavailableException("the disk does not keep up");
            throw new LogUnavailableException("the disk has not answered for " + PATIENCE.toSeconds()
                    + " s: whether this was stored is not known");
        } catch (ExecutionException refused) {
            throw new LogUnavailableException(refused.getCause().getMessage());
        }
    }

    /// Waits for batches, and takes those that fit in one write; none when the time is up, or the writer was woken.
    List<Waiting> take(Duration wait) throws InterruptedException {
        var group = new ArrayList<Waiting>();
        long bytes = 0;
        var next = queue.poll(closing ? 0 : wait.toNanos(), TimeUnit.NANOSECONDS);
        for (; next != null; next = queue.poll()) {
            if (next != NUDGE) group.add(next);
            bytes += next.bytes();
            var following = queue.peek();
            if (following == null || bytes + following.bytes() > GROUP_BYTES) break;
        }
        return group;
    }

    /// Wakes the writer if it waits. It then does the chores that are due.
    void nudge() {
        queue.offer(NUDGE);
    }

    /// Accepts no more batches, and wakes the writer.
    void close() {
        closing = true;
        nudge();
    }

    boolean isClosing() {
        return closing;
    }

    /// Refuses the batches that came too late for the writer.
    void refuseAll() {
        for (var late = queue.poll(); late != null; late = queue.poll()) late.refuse(CLOSING);
    }

    /// A batch whose publisher waits.
    static final class Waiting {
        private final List<Draft> batch;
        private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        private final long bytes;

        private Waiting(List<Draft> batch) {
            this.batch = batch;
            long sum = 0;
            for (var draft : batch) sum += Record.length(draft);
            bytes = sum;
        }

        List<Draft> batch() {
            return batch;
        }

        /// The bytes of its records.
        long bytes() {
            return bytes;
        }

        void complete(Receipt stored) {
            receipt.complete(stored);
        }

        void refuse(String why) {
            receipt.completeExceptionally(new LogUnavailableException(why));
        }
    }
}
