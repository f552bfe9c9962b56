package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Pending;
import com.datashop.gateway.log.shared.Writing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Stores batches in the stream. All that wait are one transaction: all of them are stored, or none.
///
/// The transaction makes each batch whole. It also saves work: Redis wakes the readers of the stream once, when all
/// entries are there, and not at the first one. When Redis refuses the transaction, its reason applies to all batches.
final class RedisWriting implements Writing {
    /// The time that Redis may take for the largest batch. During that time it answers nobody.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The message until the reader has found the loss as well, and has marked the gap. Entries after the gap are then
    /// read.
    private static final String BEHIND = "the broker has lost what this node has read last";
    private static final String NOT_STORED = "the broker did not store it: ";
    private static final byte[] MULTI = RedisCommand.of("MULTI");
    private static final byte[] EXEC = RedisCommand.of("EXEC");

    private final Connection connection;
    private final String stream;
    private final Frontier frontier;
    private final byte[] probe;
    private final Client client;
    private final boolean alone;

    /// @param before the connection that this one replaces
    RedisWriting(Connection connection, String stream, Frontier frontier, Client before) throws IOException {
        this.connection = connection;
        this.stream = stream;
        this.frontier = frontier;
        var read = frontier.read();
        if (read.isAfter(Extent.of(connection, stream).last())) throw new IOException(BEHIND);
        client = Client.of(connection);
        alone = before.end(connection);
        connection.patience(PATIENCE);
        // With these commands Redis says that it would not store: for want of memory, of a right, or of replicas.
        probe = new RedisCommand().command("MULTI").command("XADD", stream, "*", "c", "").command("DISCARD").bytes();
    }

    /// The name that Redis has for this connection.
    Client client() {
        return client;
    }

    @Override
    public boolean isAlone() {
        return alone;
    }

    @Override
    public EventId end() throws IOException {
        return EventId.min(Extent.of(connection, stream).last(), Frontier.LAST);
    }

    @Override
    public Optional<String> write(List<Pending> batches) throws IOException {
        if (frontier.isUsedUp()) {
            for (var batch : batches) batch.refuse(NOT_STORED + Frontier.USED_UP);
            return Optional.of(Frontier.USED_UP);
        }
        var read = frontier.read();
        int events = batches.stream().mapToInt(Pending::events).sum();
        if (events > 1) connection.put(MULTI);
        for (var batch : batches) connection.put(batch.request());
        if (events > 1) connection.put(EXEC);
        connection.flush();
        var stored = new ArrayList<EventId>(events);
        var failure = events > 1 ? readTransaction(stored, events) : readId(stored);
        if (failure == null) return checkPlaces(batches, stored, read);
        if (RedisErrors.isPassing(failure)) {
            for (var batch : batches) batch.giveBack();
            throw new RedisException(failure);
        }
        for (var batch : batches) batch.refuse(NOT_STORED + RedisErrors.message(failure));
        return Optional.of(RedisErrors.message(failure));
    }

    @Override
    public Optional<String> probe() throws IOException {
        if (frontier.isUsedUp()) return Optional.of(Frontier.USED_UP);
        connection.send(probe);
        var failure = readReplies(3);
        if (failure == null) return Optional.empty();
        if (RedisErrors.isPassing(failure)) throw new RedisException(failure);
        return Optional.of(RedisErrors.message(failure));
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Checks that the stored events are where nodes will read them.
    ///
    /// If Redis has lost the end of the log, it may have stored them before the place that this node had read. Or their
    /// ids may be among the last possible ones. In both cases they are removed again, if the user has the right to do
    /// that. No node has handed them over.
    private Optional<String> checkPlaces(List<Pending> batches, List<EventId> stored, EventId read) throws IOException {
        if (!stored.getFirst().isAfter(read)) {
            remove(stored);
            for (var batch : batches) batch.giveBack();
            throw new IOException(BEHIND);
        }
        if (!Frontier.isBeyond(stored.getLast())) return Optional.empty();
        remove(stored.stream().filter(Frontier::isBeyond).toList());
        int end = 0;
        for (var batch : batches) {
            end += batch.events();
            if (Frontier.isBeyond(stored.get(end - 1))) batch.refuse(NOT_STORED + Frontier.USED_UP);
        }
        return Optional.of(Frontier.USED_UP);
    }

    private void remove(List<EventId> ids) throws IOException {
        var request = new RedisCommand().begin(2 + ids.size()).word("XDEL").word(stream);
        for (var id : ids) request.word(id.toString());
        connection.ask(request.bytes());
    }

    /// Reads the reply to an `XADD`: it adds the id to `stored`, or returns the error.
    private RedisReply.Failure readId(List<EventId> stored) throws IOException {
        var reply = connection.reply();
        if (reply instanceof RedisReply.Failure failure) return failure;
        stored.add(EventId.parse(reply.toString()).orElseThrow(() -> Connection.notRedis()));
        return null;
    }

    /// Reads the replies to a transaction of this many events; the first error in them, or null.
    private RedisReply.Failure readTransaction(List<EventId> stored, int events) throws IOException {
        var first = readReplies(1 + events);
        try {
            if (connection.beginMany() != events) throw Connection.notRedis();
        } catch (RedisException refused) {
            return first == null ? refused.failure() : first;
        }
        for (int i = 0; i < events; i++) {
            var failure = readId(stored);
            if (first == null) first = failure;
        }
        return first;
    }

    /// Reads this many replies; the first error in them, or null.
    private RedisReply.Failure readReplies(int replies) throws IOException {
        RedisReply.Failure first = null;
        for (int i = 0; i < replies; i++) {
            var reply = connection.reply();
            if (first == null) first = failureIn(reply);
        }
        return first;
    }

    /// The error that the reply is or contains, or null.
    private static RedisReply.Failure failureIn(RedisReply reply) {
        return switch (reply) {
            case RedisReply.Failure failure -> failure;
            case RedisReply.Many many -> many.replies().stream()
                    .filter(RedisReply.Failure.class::isInstance).map(RedisReply.Failure.class::cast)
                    .findFirst().orElse(null);
            case RedisReply.Text _, RedisReply.Long _, RedisReply.Number _, RedisReply.Nothing _ -> null;
        };
    }
}
