package com.datashop.gateway.log.redis;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.broker.Pending;
import com.datashop.gateway.log.broker.Writing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Stores batches in the stream: all that wait are sent, and then their replies are read.
final class RedisWriting implements Writing {
    /// The largest batch takes Redis a while, in which it answers nobody.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
        for (var batch : batches) connection.put(batch.request());
        connection.flush();
        Reply.Failure refused = null;
        Reply.Failure passing = null;
        for (var batch : batches) {
            var failure = failure(batch.events() == 1 ? 1 : batch.events() + 2);
            if (failure == null) continue;
            if (Refusals.isPassing(failure)) {
                passing = failure;
                batch.giveBack();
            } else {
                refused = failure;
                batch.refuse("the broker did not store it: " + Refusals.told(failure));
            }
        }
        if (passing != null) throw new RedisException(passing);
        return Optional.ofNullable(refused).map(Refusals::told);
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
