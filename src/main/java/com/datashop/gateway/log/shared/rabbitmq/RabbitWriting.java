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
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Stores batches in the stream. All that wait become one message, since each message costs RabbitMQ much.
///
/// RabbitMQ refuses a message above its `max_message_size`, and does not say the limit before. After such a refusal a
/// message of several batches has at most half of that size. A batch that is larger goes alone, and waits for its
/// confirm. So only a batch that is too large itself is refused.
///
/// ```
///   writer ──▶ publish ... ──▶ RabbitMQ ──▶ confirms ──▶ a thread that takes all that comes
///      └─ waits for the confirms of the round before
/// ```
///
/// RabbitMQ may refuse or return a message, or the log may begin anew while a message is on its way. Then nobody knows
/// what became of the messages after it. So this connection is given up. The caller finds out, and sends again what was
/// not stored.
///
/// An exclusive queue shows that this connection lives. When the queue is gone, RabbitMQ takes nothing more from the
/// connection.
final class RabbitWriting implements Writing {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FENCE_PATIENCE = Duration.ofSeconds(8);
    /// RabbitMQ ends the parts of a connection one after the other.
    private static final Duration GRACE = Duration.ofMillis(100);
    private static final String TOO_MANY = "a batch has more than " + Place.MAX_EVENTS + " events";
    /// The most bytes of a message of several batches, before RabbitMQ has refused one.
    private static final int MOST_TOGETHER = 1 << 20;
    private static final int OF_LOCK = 2;
    private static final int OF_OLD_LOCK = 3;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Rabbit rabbit;
    private final Connection connection;
    private final Flights flights;
    private final boolean alone;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    // Guarded by the lock.
    private final TreeSet<Long> unconfirmed = new TreeSet<>();
    private IOException broken;
    private long sent;
    private long groupBefore;
    private boolean confirms;
    private long largest;
    private boolean isWaiting;
    /// The most bytes of a message of several batches.
    private int together = MOST_TOGETHER;

    /// Begins to write.
    ///
    /// @param before the writing that this one replaces, or null
    RabbitWriting(Rabbit rabbit, Connection connection, RabbitWriting before) throws IOException {
        this.rabbit = rabbit;
        this.connection = connection;
        flights = rabbit.flights();
        alone = before == null || before.isGone(connection);
        if (before != null) together = before.together();
        name = lockName();
        connection.call(1, Method.CONFIRM_SELECT, new Out().octet(0), Method.CONFIRM_SELECT_OK);
        flights.begin();
        Thread.ofPlatform().daemon().name("log-confirms").start(this::take);
    }

    @Override
    public boolean isAlone() {
        return alone;
    }

    @Override
    public EventId end() throws IOException {
        String token = "fence-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        var read = flights.await(token);
        try {
            publish(new Head(Head.Kind.FENCE, 0, 0, token), List.of());
            connection.flush();
            return read.get(FENCE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new IOException("RabbitMQ has not given back what was stored for " + FENCE_PATIENCE.toSeconds()
                    + " s", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            flights.forget(token);
        }
    }

    @Override
    public Optional<String> write(List<Pending> batches) throws IOException {
        check();
        var blocked = connection.blocked();
        if (blocked.isPresent()) {
            for (var batch : batches) batch.refuse("the broker did not store it: " + blocked.get());
            return blocked;
        }
        var wanted = new ArrayList<Pending>(batches);
        boolean tooMany = wanted.removeIf(RabbitWriting::isTooMany);
        int most = together();
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
                var tooLarge = alone(batch);
                if (tooLarge.isEmpty()) continue;
                for (var after : wanted.subList(i + 1, wanted.size())) after.giveBack();
                return tooLarge;
            }
            message.add(batch);
            bytes += size;
            events += batch.events();
        }
        if (!message.isEmpty()) publish(message);
        connection.flush();
        awaitGroups();
        return tooMany ? Optional.of(TOO_MANY) : Optional.empty();
    }

    private static boolean isTooMany(Pending batch) {
        if (batch.events() <= Place.MAX_EVENTS) return false;
        batch.refuseTooLarge(TOO_MANY);
        return true;
    }

    /// Sends the batches as one message.
    private void publish(List<Pending> batches) throws IOException {
        var body = batches.stream().map(Pending::request).toList();
        for (var batch : body) flights.sent(Lines.token(batch));
        publish(new Head(Head.Kind.EVENTS, rabbit.life(), 0, Lines.token(body.getFirst())), body);
    }

    /// Sends a batch when all others are confirmed. It refuses the batch if RabbitMQ does, and returns the reason.
    private Optional<String> alone(Pending batch) throws IOException {
        connection.flush();
        await(0);
        waits(true);
        publish(List.of(batch));
        connection.flush();
        try {
            await(0);
            waits(false);
            return Optional.empty();
        } catch (RefusedException refused) {
            if (!isOfSize(refused)) throw refused;
            batch.refuseTooLarge("the broker never stores it: " + refused.getMessage());
            return Optional.of(refused.getMessage());
        }
    }

    private static boolean isOfSize(IOException failed) {
        return failed instanceof RefusedException refused && refused.isOfPublish()
                && refused.code() == RefusedException.PRECONDITION_FAILED;
    }

    private void waits(boolean waits) {
        lock.lock();
        try {
            isWaiting = waits;
        } finally {
            lock.unlock();
        }
    }

    private int together() {
        lock.lock();
        try {
            return together;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> probe() throws IOException {
        check();
        connection.beat();
        return connection.blocked();
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Whether it is certain that RabbitMQ takes nothing more from this connection.
    ///
    /// @throws IOException when RabbitMQ still knows the connection; this passes
    private boolean isGone(Connection by) throws IOException {
        close();
        if (isSettled()) return true;
        if (name == null) return false;
        try {
            by.open(OF_OLD_LOCK);
            by.call(OF_OLD_LOCK, Method.QUEUE_DECLARE, lock(name, 1), Method.QUEUE_DECLARE_OK);
        } catch (RefusedException refused) {
            if (refused.code() == RefusedException.NOT_FOUND) return pause();
            if (refused.code() != RefusedException.LOCKED) return false;
        }
        throw new IOException("RabbitMQ has not given up yet the connection that was lost");
    }

    private boolean isSettled() {
        lock.lock();
        try {
            return unconfirmed.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static boolean pause() throws IOException {
        try {
            Thread.sleep(GRACE);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    /// Declares the queue that shows that this connection lives; null when the user may not.
    private String lockName() throws IOException {
        String name = rabbit.settings().stream() + ".writer-" + HexFormat.of().toHexDigits(RANDOM.nextLong());
        connection.open(OF_LOCK);
        try {
            connection.call(OF_LOCK, Method.QUEUE_DECLARE, lock(name, 1 << 2), Method.QUEUE_DECLARE_OK);
            return name;
        } catch (RefusedException refused) {
            if (refused.code() != RefusedException.ACCESS_REFUSED) throw refused;
            return null;
        }
    }

    /// The arguments to declare that queue.
    ///
    /// @param how 1 for a look, 4 for an exclusive queue
    private static Out lock(String name, int how) {
        return new Out().uint16(0).shortString(name).octet(how).table(java.util.Map.of());
    }

    private void publish(Head head, List<byte[]> body) throws IOException {
        lock.lock();
        try {
            if (unconfirmed.isEmpty()) largest = 0;
            largest = Math.max(largest, body.stream().mapToLong(batch -> batch.length).sum());
            unconfirmed.add(++sent);
            flights.flies();
        } finally {
            lock.unlock();
        }
        connection.publish(1, rabbit.settings().stream(), head.properties(), body);
    }

    /// Waits until all but the last round is confirmed.
    private void awaitGroups() throws IOException {
        long upTo = groupBefore;
        groupBefore = sent;
        await(sent - upTo);
    }

    /// Waits until all but the newest messages are confirmed.
    private void await(long most) throws IOException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (broken == null && !unconfirmed.isEmpty() && unconfirmed.first() <= sent - most) {
                if (connection.blocked().isPresent()) return;
                if (left <= 0) throw new IOException("RabbitMQ has not confirmed a message for "
                        + PATIENCE.toSeconds() + " s");
                left = moved.awaitNanos(left);
            }
            check();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            lock.unlock();
        }
    }

    private void check() throws IOException {
        lock.lock();
        try {
            if (broken != null) throw broken;
        } finally {
            lock.unlock();
        }
        if (flights.hasVoid()) throw new IOException("the log has begun anew while a message was on its way");
    }

    /// Takes all that comes, until the connection ends.
    private void take() {
        try {
            while (true) {
                if (connection.next(Duration.ofSeconds(1)) && connection.type() == Connection.METHOD
                        && connection.channel() == 1) method(connection.payload());
                signal();
            }
        } catch (IOException over) {
            lock.lock();
            try {
                broken = over;
                if (isOfSize(over) && !isWaiting) together = (int) Math.min(together, largest / 2);
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void method(In in) throws IOException {
        switch (in.uint32()) {
            case Method.BASIC_ACK -> confirm(in.uint64(), in.octet() != 0);
            case Method.BASIC_NACK -> throw new IOException("RabbitMQ could not store a message");
            case Method.BASIC_RETURN -> throw new IOException("the stream was deleted, or is not served now");
            default -> { }
        }
    }

    private void confirm(long tag, boolean all) {
        lock.lock();
        try {
            int before = unconfirmed.size();
            if (all) unconfirmed.headSet(tag, true).clear();
            else unconfirmed.remove(tag);
            flights.confirmed(before - unconfirmed.size());
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
