package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The few connections on which the past is read.
///
/// Whoever asks takes a lane, and puts it back with its connection for the next one. A connection that nobody has used
/// for a while is left, since nobody would send its heartbeats.
final class Lanes {
    /// The past leaves RabbitMQ time for the present.
    private static final int CONNECTIONS = 2;
    /// The longest wait for a lane. After it a stream shows its client that it is alive.
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Rabbit rabbit;
    private final BlockingQueue<Lane> free = new ArrayBlockingQueue<>(CONNECTIONS, true);
    private final AtomicBoolean sweeping = new AtomicBoolean();

    Lanes(Rabbit rabbit) {
        this.rabbit = rabbit;
        for (int i = 0; i < CONNECTIONS; i++) free.add(new Lane(null, 0));
    }

    /// Asks on one of the connections. It asks on a new one when RabbitMQ has ended the old one meanwhile.
    ///
    /// @return the answer; empty when no lane came free in time
    <T> Optional<T> ask(Question<T> question) throws IOException, InterruptedException {
        var lane = free.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (lane == null) return Optional.empty();
        var connection = lane.connection();
        try {
            if (connection != null) {
                try {
                    return Optional.of(question.ask(connection));
                } catch (IOException stale) {
                    connection.close();
                }
            }
            connection = null;
            connection = rabbit.connect();
            return Optional.of(question.ask(connection));
        } catch (IOException | RuntimeException | Error failed) {
            if (connection != null) connection.close();
            connection = null;
            throw failed;
        } finally {
            free.add(new Lane(connection, System.nanoTime()));
            if (connection != null && sweeping.compareAndSet(false, true))
                Thread.ofVirtual().name("archive-sweep").start(this::sweep);
        }
    }

    /// Leaves idle connections until no lane has one.
    private void sweep() {
        try {
            for (int left = CONNECTIONS; left > 0; ) {
                Thread.sleep(IDLE);
                left = CONNECTIONS;
                for (int i = 0; i < CONNECTIONS; i++) {
                    var lane = free.poll();
                    if (lane == null) break; // in use
                    boolean idle = System.nanoTime() - lane.usedAt() > IDLE.toNanos();
                    if (idle && lane.connection() != null) lane.connection().leave();
                    if (idle || lane.connection() == null) left--;
                    free.add(idle ? new Lane(null, 0) : lane);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            sweeping.set(false);
        }
    }

    /// A question to RabbitMQ.
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws IOException;
    }

    /// The right to read, with the connection to read on; null when there is none yet.
    private record Lane(Connection connection, long usedAt) { }
}
