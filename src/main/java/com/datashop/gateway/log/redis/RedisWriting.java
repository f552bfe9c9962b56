package com.datashop.gateway.log.redis;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.broker.Pending;
import com.datashop.gateway.log.broker.Writing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Stores batches in the stream: all that wait are one transaction, and none is stored without the others.
///
/// A batch must be; and the others gain by it: Redis wakes whoever reads the stream once, when all of it is there, and not at the first entry. What it refuses, it
/// refuses for a reason that all have.
final class RedisWriting implements Writing {
    /// The largest batch takes Redis a while, in which it answers nobody.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final byte[] MULTI = Request.of("MULTI");
    private static final byte[] EXEC = Request.of("EXEC");

    private final Connection connection;
    private final String stream;
    private final byte[] probe;
    private final Client client;
    private final boolean alone;

    /// @param before the connection that this one takes the place of
    RedisWriting(Connection connection, String stream, Client before) throws IOException {
        this.connection = connection;
        this.stream = stream;
        client = Client.of(connection);
        alone = before.end(connection);
        connection.patience(PATIENCE);
        // Redis says when it is asked that it would not, for want of memory, of a right, or of replicas.
        probe = new Request().command("MULTI").command("XADD", stream, "*", "c", "").command("DISCARD").bytes();
    }

    /// How Redis names its connection.
    Client client() {
        return client;
    }

    @Override
    public boolean isAlone() {
        return alone;
    }

    @Override
    public EventId end() throws IOException {
        return Extent.of(connection, stream).last();
    }

    @Override
    public Optional<String> write(List<Pending> batches) throws IOException {
        int events = batches.stream().mapToInt(Pending::events).sum();
        if (events > 1) connection.put(MULTI);
        for (var batch : batches) connection.put(batch.request());
        if (events > 1) connection.put(EXEC);
        connection.flush();
        var failure = failure(events > 1 ? events + 2 : 1);
        if (failure == null) return Optional.empty();
        if (Refusals.isPassing(failure)) {
            for (var batch : batches) batch.giveBack();
            throw new RedisException(failure);
        }
        for (var batch : batches) batch.refuse("the broker did not store it: " + Refusals.told(failure));
        return Optional.of(Refusals.told(failure));
    }

    @Override
    public Optional<String> probe() throws IOException {
        connection.send(probe);
        var failure = failure(3);
        if (failure == null) return Optional.empty();
        if (Refusals.isPassing(failure)) throw new RedisException(failure);
        return Optional.of(Refusals.told(failure));
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Reads so many replies; the first error in them, or null.
    private Reply.Failure failure(int replies) throws IOException {
        Reply.Failure first = null;
        for (int i = 0; i < replies; i++) {
            var reply = connection.reply();
            if (first == null) first = failure(reply);
        }
        return first;
    }

    private static Reply.Failure failure(Reply reply) {
        return switch (reply) {
            case Reply.Failure failure -> failure;
            case Reply.Many many -> many.replies().stream().filter(Reply.Failure.class::isInstance).map(Reply.Failure.class::cast).findFirst().orElse(null);
            case Reply.Text _, Reply.Number _, Reply.Nothing _ -> null;
        };
    }
}
