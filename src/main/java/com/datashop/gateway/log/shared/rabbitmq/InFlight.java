package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The batches and fences that this node has sent and not read back. Here the reader tells the writer what it reads.
final class InFlight {
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<EventId>> fences = new ConcurrentHashMap<>();
    private final Counter voids = new Counter();
    private final AtomicLong unconfirmed = new AtomicLong();
    private volatile boolean voided;

    /// Forgets the batches of an earlier connection. The caller finds out what became of them.
    void reset() {
        tokens.clear();
        voided = false;
        unconfirmed.set(0);
    }

    /// Adds a batch that is sent now.
    void add(String token) {
        tokens.add(token);
    }

    /// Counts one more message that RabbitMQ has not confirmed.
    void countSent() {
        unconfirmed.incrementAndGet();
    }

    void countConfirmed(long count) {
        unconfirmed.addAndGet(-count);
    }

    /// The number of messages that RabbitMQ has not confirmed.
    long unconfirmed() {
        return Math.max(0, unconfirmed.get());
    }

    /// Notes that the reader has read a batch.
    void noteRead(String token) {
        tokens.remove(token);
    }

    /// Notes that the reader has read a batch that is void. Only those of this node count.
    void noteVoid(String token) {
        if (!tokens.remove(token)) return;
        voids.increment();
        voided = true;
    }

    /// Whether a batch of this connection was void.
    boolean hasVoid() {
        return voided;
    }

    /// Counts the void batches of this node.
    Counter voids() {
        return voids;
    }

    /// The place at which the reader will read the fence with this token.
    CompletableFuture<EventId> awaitFence(String token) {
        return fences.computeIfAbsent(token, _ -> new CompletableFuture<>());
    }

    void forgetFence(String token) {
        fences.remove(token);
    }

    /// Notes that the reader has come to a fence. Those of other nodes are ignored.
    void noteFence(String token, EventId place) {
        var waiting = fences.remove(token);
        if (waiting != null) waiting.complete(place);
    }
}
