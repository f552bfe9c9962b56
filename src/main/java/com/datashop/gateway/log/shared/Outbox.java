package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.LogUnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The batches that publishers of this node wait for: those not sent yet, in their order, and those sent.
///
/// Each batch has a token that no other batch has, on this node or another. By this token the reader recognises it,
/// even when the broker's reply was lost.
final class Outbox {
    /// The most batches that wait. With more, each would only wait longer.
    private static final int MAX_WAITING = 4096;
    /// The most bytes that wait during an outage. The publishers' connections hold the bodies as well.
    private static final long MAX_BYTES = 64 << 20;
    /// The bytes of the batches that go out together. A larger batch goes alone.
    private static final long GROUP_BYTES = 1 << 20;
    private static final int GROUP_BATCHES = 1024;
    /// When this many batches wait at once, more are likely to come within a moment.
    private static final int BUSY = 16;
    private static final String NO_ROOM = "more is waiting for the broker than there is room for";

    private final String node = HexFormat.of().toHexDigits(new SecureRandom().nextLong()).substring(0, 10) + "-";
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final BlockingDeque<Pending> queue = new LinkedBlockingDeque<>(MAX_WAITING);
    /// All batches that publishers wait for, by token.
    private final ConcurrentHashMap<String, Pending> open = new ConcurrentHashMap<>();

    /// Adds a batch.
    ///
    /// @throws LogUnavailableException when there is no room
    Pending add(List<Draft> batch, Broker broker) throws LogUnavailableException {
        long number = numbers.incrementAndGet();
        String token = node + Long.toString(number, Character.MAX_RADIX);
        var pending = new Pending(number, token, batch.size(), broker.encode(batch, token));
        long held = bytes.addAndGet(pending.request().length);
        open.put(token, pending);
        if ((held <= MAX_BYTES || held == pending.request().length) && queue.offer(pending)) return pending;
        forget(pending);
        throw new LogUnavailableException(NO_ROOM);
    }

    /// Takes back a batch that was not sent; false when it may have been stored.
    boolean withdraw(Pending pending) {
        if (!pending.withdraw()) return false;
        queue.remove(pending);
        return true;
    }

    /// Removes a batch whose publisher does not wait any more.
    void forget(Pending pending) {
        withdraw(pending);
        if (open.remove(pending.token()) != null) bytes.addAndGet(-pending.request().length);
    }

    /// The batch with this token; null when it is another node's, or nobody waits for it.
    Pending find(String token) {
        return token.startsWith(node) ? open.get(token) : null;
    }

    /// Waits for batches, and takes as many as go out together; none when the time is up.
    ///
    /// @param linger how long to wait for more when many have come already
    List<Pending> take(Duration wait, Duration linger) throws InterruptedException {
        var group = new ArrayList<Pending>();
        var next = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        long size = takeFrom(next, 0, group);
        boolean full = group.size() == GROUP_BATCHES || size >= GROUP_BYTES;
        if (full || group.size() < BUSY || linger.isZero()) return group;
        Thread.sleep(linger);
        takeFrom(queue.poll(), size, group);
        return group;
    }

    /// Takes this batch and those that wait behind it, as far as they fit.
    ///
    /// @return the bytes of the group
    private long takeFrom(Pending first, long bytes, List<Pending> group) {
        long size = bytes;
        for (var next = first; next != null; next = queue.poll()) {
            if (size > 0 && size + next.request().length > GROUP_BYTES) {
                if (!queue.offerFirst(next)) next.refuse(NO_ROOM);
                return GROUP_BYTES;
            }
            if (!next.send()) continue;
            group.add(next);
            size += next.request().length;
            if (group.size() == GROUP_BATCHES) break;
        }
        return size;
    }

    /// Puts the batches that were given back to the front of the queue.
    void restore(List<Pending> group) {
        for (var pending : group.reversed())
            if (pending.isWaiting() && !queue.offerFirst(pending))
                pending.refuse(NO_ROOM);
    }

    /// Whether batches were sent whose fate is not known.
    boolean hasSent() {
        return open.values().stream().anyMatch(Pending::isSent);
    }

    /// Queues all sent batches again, in their order. None of them is stored, and none will be.
    void sendAgain() {
        var sent = open.values().stream().filter(Pending::isSent)
                .sorted(Comparator.comparingLong(Pending::number)).toList();
        for (var pending : sent) pending.giveBack();
        restore(sent);
    }

    /// The number of publishers that wait.
    int size() {
        return open.size();
    }

    /// The bytes of their batches.
    long bytes() {
        return bytes.get();
    }

    /// Ends the wait of the publishers that have waited this long.
    void expire(Duration patience) {
        long now = System.nanoTime();
        for (var pending : open.values()) pending.expire(now, patience);
    }

    /// Refuses all batches, sent or not.
    void refuseAll(String why) {
        for (var pending : open.values()) pending.refuse(why);
    }

    /// Refuses the batches that were not sent.
    void refuseWaiting(String why) {
        for (var pending = queue.poll(); pending != null; pending = queue.poll()) pending.refuse(why);
    }
}
