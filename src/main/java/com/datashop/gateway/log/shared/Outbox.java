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

/// The batches that publishers of this node wait for: those yet to be sent, in their order, and those that have been.
///
/// Each has a token that no other has, of this node or another: by that it is known when it is read back, whatever became of the reply.
final class Outbox {
    /// More publishers than this would wait for longer than they do.
    private static final int MAX_WAITING = 4096;
    /// What waits during an outage, beside the bodies that the publishers' connections hold.
    private static final long MAX_BYTES = 64 << 20;
    /// So much goes out before the replies are read; one larger batch goes alone.
    private static final long GROUP_BYTES = 1 << 20;
    private static final int GROUP_BATCHES = 1024;

    private final String node = HexFormat.of().toHexDigits(new SecureRandom().nextLong()).substring(0, 10) + "-";
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final BlockingDeque<Pending> queue = new LinkedBlockingDeque<>(MAX_WAITING);
    private final ConcurrentHashMap<String, Pending> open = new ConcurrentHashMap<>();

    /// Takes a batch in.
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
        throw new LogUnavailableException("more is waiting for the broker than there is room for");
    }

    /// Takes back what has not been sent; false when it may have been stored.
    boolean withdraw(Pending pending) {
        if (!pending.withdraw()) return false;
        queue.remove(pending);
        return true;
    }

    /// The publisher waits no more.
    void forget(Pending pending) {
        withdraw(pending);
        if (open.remove(pending.token()) != null) bytes.addAndGet(-pending.request().length);
    }

    /// The batch of this token, or null when it is another node's, or nobody waits for it.
    Pending find(String token) {
        return token.startsWith(node) ? open.get(token) : null;
    }

    /// Waits for batches to send and takes as many as fit in one round trip; none when the time is up.
    List<Pending> take(Duration wait) throws InterruptedException {
        var group = new ArrayList<Pending>();
        long size = 0;
        for (var next = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS); next != null; next = queue.poll()) {
            if (size > 0 && size + next.request().length > GROUP_BYTES) {
                if (!queue.offerFirst(next)) next.refuse("more is waiting for the broker than there is room for");
                break;
            }
            if (!next.send()) continue;
            group.add(next);
            size += next.request().length;
            if (group.size() == GROUP_BATCHES) break;
        }
        return group;
    }

    /// Puts back, in front, what was given back of these.
    void restore(List<Pending> group) {
        for (var pending : group.reversed())
            if (pending.isWaiting() && !queue.offerFirst(pending)) pending.refuse("more is waiting for the broker than there is room for");
    }

    /// Whether some have been sent, and what became of them is not known.
    boolean hasSent() {
        return open.values().stream().anyMatch(Pending::isSent);
    }

    /// Has all that have been sent go again, in their order: none of them is stored, nor will be.
    void sendAgain() {
        var sent = open.values().stream().filter(Pending::isSent).sorted(Comparator.comparingLong(Pending::number)).toList();
        for (var pending : sent) pending.giveBack();
        restore(sent);
    }

    /// How many publishers wait.
    int size() {
        return open.size();
    }

    /// What they hold, in bytes.
    long bytes() {
        return bytes.get();
    }

    /// Has all go, sent or not.
    void refuseAll(String why) {
        for (var pending : open.values()) pending.refuse(why);
    }

    /// Has those that have not been sent go.
    void refuseWaiting(String why) {
        for (var pending = queue.poll(); pending != null; pending = queue.poll()) pending.refuse(why);
    }
}
