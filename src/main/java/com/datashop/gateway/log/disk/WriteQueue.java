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

/// Where publishers wait for the log's writer, which takes all that wait at once, as far as they fit in one write.
final class WriteQueue {
    /// What is written, and synced, in one go: beyond this sharing gains nothing.
    static final int GROUP_BYTES = 1 << 20;
    /// Each waits with its request; more than this need not wait in memory.
    private static final int MAX_WAITING = 4096;
    /// As long as a publisher waits for a disk that does not answer.
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// Has the writer look around.
    private static final Pending NUDGE = new Pending(List.of());
    private static final String CLOSING = "the gateway is shutting down";

    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean closing;

    /// Waits until the batch is stored and handed over.
    Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        var pending = new Pending(batch);
        if (closing) throw new LogUnavailableException(CLOSING);
        if (!queue.offer(pending, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) throw new LogUnavailableException("the disk does not keep up");
        if (closing && queue.remove(pending)) throw new LogUnavailableException(CLOSING);
        try {
            return pending.receipt.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new LogUnavailableException(queue.remove(pending) ? "the disk does not keep up"
                    : "the disk has not answered for " + PATIENCE.toSeconds() + " s: whether this was stored is not known");
        } catch (ExecutionException refused) {
            throw new LogUnavailableException(refused.getCause().getMessage());
        }
    }

    /// Waits for batches and takes those that go together; none when the time is up, or the writer is to look around.
    List<Pending> take(Duration wait) throws InterruptedException {
        var group = new ArrayList<Pending>();
        long bytes = 0;
        for (var next = queue.poll(closing ? 0 : wait.toNanos(), TimeUnit.NANOSECONDS); next != null; next = queue.poll()) {
            if (next != NUDGE) group.add(next);
            bytes += next.bytes();
            var following = queue.peek();
            if (following == null || bytes + following.bytes() > GROUP_BYTES) break;
        }
        return group;
    }

    /// Has the writer look around, if it waits.
    void nudge() {
        queue.offer(NUDGE);
    }

    /// Takes nothing more.
    void close() {
        closing = true;
        nudge();
    }

    boolean isClosing() {
        return closing;
    }

    /// Sends those away that came too late: nobody takes them any more.
    void refuseAll() {
        for (var late = queue.poll(); late != null; late = queue.poll()) late.refuse(CLOSING);
    }

    /// A batch whose publisher waits.
    static final class Pending {
        private final List<Draft> batch;
        private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        private final long bytes;

        private Pending(List<Draft> batch) {
            this.batch = batch;
            long sum = 0;
            for (var draft : batch) sum += Record.length(draft);
            bytes = sum;
        }

        List<Draft> batch() {
            return batch;
        }

        /// How long its records are.
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
