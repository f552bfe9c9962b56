package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What this node has sent and has not read back: where those who read tell those who write.
final class Flights {
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<EventId>> fences = new ConcurrentHashMap<>();
    private final Counter voids = new Counter();
    private final AtomicLong unconfirmed = new AtomicLong();
    private volatile boolean voided;

    /// A new connection takes off: what flew on the one before is found out about by the caller.
    void begin() {
        tokens.clear();
        voided = false;
        unconfirmed.set(0);
    }

    void sent(String token) {
        tokens.add(token);
    }

    /// One message more is to be confirmed.
    void flies() {
        unconfirmed.incrementAndGet();
    }

    void confirmed(long count) {
        unconfirmed.addAndGet(-count);
    }

    long unconfirmed() {
        return Math.max(0, unconfirmed.get());
    }

    /// A batch was read.
    void read(String token) {
        tokens.remove(token);
    }

    /// A batch was read that counts for nothing.
    void readVoid(String token) {
        if (!tokens.remove(token)) return;
        voids.increment();
        voided = true;
    }

    /// Whether one of this node's was.
    boolean hasVoid() {
        return voided;
    }

    Counter voids() {
        return voids;
    }

    /// What is told the place at which the fence of this token was read.
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
