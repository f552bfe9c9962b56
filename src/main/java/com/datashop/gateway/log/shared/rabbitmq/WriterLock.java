package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/// An exclusive queue that lives as long as the connection that declared it.
///
/// When the queue is gone, RabbitMQ takes nothing more from that connection.
final class WriterLock {
    private static final int CHANNEL = 2;
    private static final int OTHERS_CHANNEL = 3;
    /// Flags of `queue.declare`.
    private static final int PASSIVE = 1;
    private static final int EXCLUSIVE = 1 << 2;
    /// RabbitMQ ends the parts of a connection one after the other.
    private static final Duration GRACE = Duration.ofMillis(100);
    private static final SecureRandom RANDOM = new SecureRandom();

    /// Null when the user may not declare a queue.
    private final String queue;

    private WriterLock(String queue) {
        this.queue = queue;
    }

    /// Declares the queue of this connection.
    static WriterLock take(Connection connection, String stream) throws IOException {
        String queue = stream + ".writer-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        connection.open(CHANNEL);
        try {
            connection.call(CHANNEL, Method.QUEUE_DECLARE, declaration(queue, EXCLUSIVE), Method.QUEUE_DECLARE_OK);
            return new WriterLock(queue);
        } catch (RabbitException refused) {
            if (refused.code() != RabbitException.ACCESS_REFUSED) throw refused;
            return new WriterLock(null);
        }
    }

    /// Whether it is certain that RabbitMQ takes nothing more from the connection that declared the queue.
    ///
    /// @param by another connection
    /// @throws IOException when RabbitMQ still knows the connection; this passes
    boolean isReleased(Connection by) throws IOException {
        if (queue == null) return false;
        try {
            by.open(OTHERS_CHANNEL);
            by.call(OTHERS_CHANNEL, Method.QUEUE_DECLARE, declaration(queue, PASSIVE), Method.QUEUE_DECLARE_OK);
        } catch (RabbitException refused) {
            if (refused.code() == RabbitException.NOT_FOUND) {
                pause();
                return true;
            }
            if (refused.code() != RabbitException.LOCKED) return false;
        }
        throw new IOException("RabbitMQ has not given up yet the connection that was lost");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    private static Out declaration(String queue, int flags) {
        return new Out().uint16(0).shortString(queue).octet(flags).table(Map.of());
    }
}
