package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Pending;
import com.datashop.gateway.log.shared.Writing;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Stores batches in the stream. All that wait become one message, since each message costs RabbitMQ much.
///
/// RabbitMQ refuses a message above its `max_message_size`, and does not tell this limit before. After such a refusal a
/// message of several batches has at most half of that size. A batch that is larger goes alone, and waits for its
/// confirm. So only a batch that is too large itself is refused.
///
/// ```
///   writer ──▶ publish ... ──▶ RabbitMQ ──▶ confirms (Confirms)
///      └─ waits for the confirms of the round before
/// ```
///
/// RabbitMQ may refuse or return a message, or the log may begin anew while a message is on its way. Then nobody knows
/// what became of the messages after it. So this connection is given up. The caller finds out, and sends again what was
/// not stored. [WriterLock] tells when RabbitMQ takes nothing more from it.
final class RabbitWriting implements Writing {
    private static final Duration FENCE_PATIENCE = Duration.ofSeconds(8);
    private static final String TOO_MANY = "a batch has more than " + Place.MAX_EVENTS + " events";
    /// The most bytes of a message of several batches, before RabbitMQ has refused one.
    private static final int MOST_JOINED = 1 << 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Rabbit rabbit;
    private final Connection connection;
    private final InFlight inFlight;
    private final boolean alone;
    private final WriterLock lock;
    private final Confirms confirms;
    /// The number of messages that were sent up to the end of the round before.
    private long sentBefore;

    /// Begins to write.
    ///
    /// @param before the writing that this one replaces, or null
    RabbitWriting(Rabbit rabbit, Connection connection, RabbitWriting before) throws IOException {
        this.rabbit = rabbit;
        this.connection = connection;
        inFlight = rabbit.inFlight();
        alone = before == null || before.isGone(connection);
        confirms = new Confirms(connection, inFlight, before == null ? MOST_JOINED : before.confirms.mostJoined());
        lock = WriterLock.take(connection, rabbit.settings().stream());
        connection.call(1, Method.CONFIRM_SELECT, new Out().octet(0), Method.CONFIRM_SELECT_OK);
        inFlight.reset();
        confirms.start();
    }

    @Override
    public boolean isAlone() {
        return alone;
    }

    /// Sends a fence, and waits until the reader has come to it.
    @Override
    public EventId end() throws IOException {
        String token = "fence-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        var read = inFlight.awaitFence(token);
        try {
            publish(new MessageHead(MessageHead.Kind.FENCE, 0, 0, token), List.of());
            connection.flush();
            return read.get(FENCE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new IOException("RabbitMQ has not given back what was stored for " + FENCE_PATIENCE.toSeconds()
                    + " s", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            inFlight.forgetFence(token);
        }
    }

    @Override
    public Optional<String> write(List<Pending> batches) throws IOException {
        confirms.check();
        var blocked = connection.blocked();
        if (blocked.isPresent()) {
            for (var batch : batches) batch.refuse("the broker did not store it: " + blocked.get());
            return blocked;
        }
        var wanted = new ArrayList<Pending>(batches);
        boolean tooMany = wanted.removeIf(RabbitWriting::refuseIfTooMany);
        int most = confirms.mostJoined();
        var message = new ArrayList<Pending>();
        int bytes = 0;
        int events = 0;
        for (int i = 0; i < wanted.size(); i++) {
            var batch = wanted.get(i);
            int size = batch.request().length;
            if (!message.isEmpty() && (bytes + size > most || events + batch.events() > Place.MAX_EVENTS)) {
                publish(message);
                message.clear();
                bytes = 0;
                events = 0;
            }
            if (size > most) {
                var refused = publishAlone(batch);
                if (refused.isEmpty()) continue;
                for (var after : wanted.subList(i + 1, wanted.size())) after.giveBack();
                return refused;
            }
            message.add(batch);
            bytes += size;
            events += batch.events();
        }
        if (!message.isEmpty()) publish(message);
        connection.flush();
        awaitRoundBefore();
        return tooMany ? Optional.of(TOO_MANY) : Optional.empty();
    }

    private static boolean refuseIfTooMany(Pending batch) {
        if (batch.events() <= Place.MAX_EVENTS) return false;
        batch.refuseTooLarge(TOO_MANY);
        return true;
    }

    /// Sends the batches as one message.
    private void publish(List<Pending> batches) throws IOException {
        var body = batches.stream().map(Pending::request).toList();
        for (var batch : body) inFlight.add(Lines.token(batch));
        publish(new MessageHead(MessageHead.Kind.EVENTS, rabbit.life(), 0, Lines.token(body.getFirst())), body);
    }

    private void publish(MessageHead head, List<byte[]> body) throws IOException {
        confirms.add(body.stream().mapToLong(batch -> batch.length).sum());
        connection.publish(1, rabbit.settings().stream(), head.properties(), body);
    }

    /// Sends a batch when all others are confirmed. It refuses the batch if RabbitMQ does, and returns the reason.
    private Optional<String> publishAlone(Pending batch) throws IOException {
        connection.flush();
        confirms.await(0);
        confirms.sendingAlone(true);
        publish(List.of(batch));
        connection.flush();
        try {
            confirms.await(0);
            confirms.sendingAlone(false);
            return Optional.empty();
        } catch (RabbitException refused) {
            if (!Confirms.isTooLarge(refused)) throw refused;
            batch.refuseTooLarge("the broker never stores it: " + refused.getMessage());
            return Optional.of(refused.getMessage());
        }
    }

    /// Waits until the messages of the round before are confirmed. Those of this round may still be open.
    private void awaitRoundBefore() throws IOException {
        long sent = confirms.sent();
        long ofThisRound = sent - sentBefore;
        sentBefore = sent;
        confirms.await(ofThisRound);
    }

    @Override
    public Optional<String> probe() throws IOException {
        confirms.check();
        connection.beat();
        return connection.blocked();
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Closes this writing. Returns whether it is certain that RabbitMQ takes nothing more from its connection.
    ///
    /// @throws IOException when RabbitMQ still knows the connection; this passes
    private boolean isGone(Connection by) throws IOException {
        close();
        return confirms.areComplete() || lock.isReleased(by);
    }
}
