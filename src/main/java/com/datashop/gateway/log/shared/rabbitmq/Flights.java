package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The batches that this node has sent and not read back. Here the reader tells the writer what it has read.
final class Flights {
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<EventId>> fences = new ConcurrentHashMap<>();
    private final Counter voids = new Counter();
    private final AtomicLong unconfirmed = new AtomicLong();
    private volatile boolean voided;

    /// Begins anew for a new connection. The caller finds out what became of the batches before.
    void begin() {
        tokens.clear();
        voided = false;
        unconfirmed.set(0);
    }

    void sent(String token) {
        tokens.add(token);
    }

    /// Notes that one more message waits for its confirm.
    void flies() {
        unconfirmed.incrementAndGet();
    }

    void confirmed(long count) {
        unconfirmed.addAndGet(-count);
    }

    long unconfirmed() {
        return Math.max(0, unconfirmed.get());
    }

    /// Notes that a batch was read.
    void read(String token) {
        tokens.remove(token);
    }

    /// Notes that a batch was read that is void.
    void readVoid(String token) {
        if (!tokens.remove(token)) return;
        voids.increment();
        voided = true;
    }

    /// Whether a batch of this node was void.
    boolean hasVoid() {
        return voided;
    }

    Counter voids() {
        return voids;
    }

    /// The place at which the fence with this token will be read.
    CompletableFuture<EventId> await(String token) {
        return fences.computeIfAbsent(token, _ -> new CompletableFuture<>());
    }

    void forget(String token) {
        fences.remove(token);
    }

    void readFence(String token, EventId place) {
        var waiting = fences.remove(token);
        if (waiting != null) waiting.complete(place);
    }
}
