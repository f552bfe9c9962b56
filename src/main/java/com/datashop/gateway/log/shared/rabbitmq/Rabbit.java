package com.datashop.gateway.log.shared.rabbitmq;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Broker;
import com.datashop.gateway.log.shared.BrokerArchive;
import com.datashop.gateway.log.shared.BrokerLog;
import com.datashop.gateway.log.shared.EntryCheck;
import com.datashop.gateway.log.shared.Links;
import com.datashop.gateway.log.shared.Reading;
import com.datashop.gateway.log.shared.Writing;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A log in a stream queue of RabbitMQ 3.9 or later. Batches that are sent together are one message.
///
/// ```
///   life │ events │ events │ life │ events │ ...     the first life begins the log; the next one begins where
///        └─ batches: all there or none               RabbitMQ has lost the end, or the queue was made again
/// ```
///
/// The id of an event is the life and the message's offset ([Place], [Lives]).
public final class Rabbit implements Broker {
    private static final System.Logger LOG = System.getLogger(Rabbit.class.getName());
    /// The clock of another node may be ahead by this much, and with it the ids that its clients have seen.
    private static final long CLOCKS_MILLISECONDS = 60_000;

    private final RabbitSettings settings;
    private final Archive archive;
    private final InFlight inFlight = new InFlight();
    private final long largest;
    private final Links links = new Links();
    private volatile long life;
    private volatile LastRead lastRead = new LastRead(-1, "");
    private volatile EventId floor = EventId.ZERO;
    private volatile RabbitWriting lastWriting;

    private Rabbit(RabbitSettings settings, long bodyBytes) {
        this.settings = settings;
        largest = EntryCheck.largest(bodyBytes);
        archive = new BrokerArchive<>(new RabbitLookback(this));
    }

    /// Opens the log that the URL names. It makes the queue if it is not there.
    ///
    /// @param bodyBytes the largest body of a publish to this node
    /// @throws IOException when the log can not be used; its message is one line that names the cause
    public static BrokerLog open(RabbitSettings settings, long warmBytes, long bodyBytes) throws IOException {
        return BrokerLog.open(new Rabbit(settings, bodyBytes), settings, warmBytes);
    }

    @Override
    public EventId origin() throws IOException {
        return floor.minor() == 0 ? floor : EventId.ZERO;
    }

    @Override
    public EventId warmFrom(long bytes) throws IOException {
        try (var bounds = new StreamBounds(this)) {
            return EventId.max(floor, bounds.warmFrom(bytes));
        }
    }

    @Override
    public EventId end() throws IOException {
        try (var bounds = new StreamBounds(this)) {
            return bounds.end();
        }
    }

    @Override
    public Reading read(EventId place) throws IOException {
        return new RabbitReading(this, place);
    }

    @Override
    public Writing write() throws IOException {
        var connection = connect();
        try {
            var writing = new RabbitWriting(this, connection, lastWriting);
            lastWriting = writing;
            return writing;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    @Override
    public byte[] encode(List<Draft> batch, String token) {
        return Lines.encode(batch, token);
    }

    @Override
    public Archive archive() {
        return archive;
    }

    @Override
    public String kind() {
        return "rabbitmq";
    }

    @Override
    public void declare(Registry registry) {
        registry.declare("gateway_log_unconfirmed", "Batches that RabbitMQ has not confirmed yet.",
                new Gauge(inFlight::unconfirmed));
        registry.declare("gateway_log_void_total",
                "Batches that were stored while the log began anew, and are sent again.", inFlight.voids());
    }

    @Override
    public void close() {
        links.close();
    }

    Connection connect() throws IOException {
        return Connection.open(links, settings);
    }

    /// Reads the messages from an offset on, over a connection of its own.
    ///
    /// @param from a number, `first`, `last`, or a time
    Messages messages(Object from, int credit) throws IOException {
        var connection = connect();
        try {
            return new Messages(connection, settings.stream(), from, credit);
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    /// Whether the stream has no message before this offset.
    ///
    /// A reader asks when offsets have been left out. That has two causes, and only the second one is a loss:
    ///
    /// * RabbitMQ uses some offsets for itself: one where a segment begins (for its table of writers), and one where a
    ///   consumer stores its place.
    /// * RabbitMQ drops the oldest segments, and does not tell a reader that was still in them. Then no message is left
    ///   before this one.
    boolean beginsAt(long offset) throws IOException {
        try (var bounds = new StreamBounds(this)) {
            var first = bounds.first();
            return first == null || first.offset() >= offset;
        }
    }

    /// Makes the queue if it is not there, and checks that the user may write to it.
    void declare() throws IOException {
        try (var connection = connect()) {
            connection.call(1, Method.QUEUE_DECLARE, new Out().uint16(0).shortString(settings.stream()).octet(2)
                    .table(settings.arguments()), Method.QUEUE_DECLARE_OK);
            Rights.check(connection);
            connection.leave();
        }
    }

    /// Writes the message that begins a life. It counts only if the life `after` is still the present one.
    ///
    /// @param least the number of the life is at least this
    void beginLife(long after, long least) throws IOException {
        long next = Math.max(Math.max(System.currentTimeMillis(), least), after + 1);
        try (var connection = connect()) {
            connection.call(1, Method.CONFIRM_SELECT, new Out().octet(0), Method.CONFIRM_SELECT_OK);
            var head = new MessageHead(MessageHead.Kind.LIFE, next, after, "");
            connection.publish(1, settings.stream(), head.properties(), List.of());
            connection.flush();
            awaitConfirm(connection);
            connection.leave();
        }
    }

    private static void awaitConfirm(Connection connection) throws IOException {
        for (long end = System.nanoTime() + Connection.PATIENCE.toNanos(); ; ) {
            boolean came = connection.next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            var blocked = connection.blocked();
            if (blocked.isPresent()) throw new IOException(blocked.get());
            if (!came) throw new IOException("RabbitMQ has not confirmed a message for "
                    + Connection.PATIENCE.toSeconds() + " s");
            if (connection.type() != Connection.METHOD) continue;
            switch (connection.payload().uint32()) {
                case Method.BASIC_ACK -> {
                    return;
                }
                case Method.BASIC_NACK -> throw new IOException("RabbitMQ could not store a message");
                case Method.BASIC_RETURN -> throw new IOException("the stream was deleted");
                default -> { }
            }
        }
    }

    /// Begins a life after a loss. It is above all ids that any node can have read.
    void beginLifeAfterLoss(long after, EventId read) throws IOException {
        LOG.log(WARNING, "event=broker-lost-events read=" + read + " life=" + after);
        beginLife(after, Math.max(System.currentTimeMillis(), read.major()) + CLOCKS_MILLISECONDS);
    }

    RabbitSettings settings() {
        return settings;
    }

    InFlight inFlight() {
        return inFlight;
    }

    @Override
    public long largest() {
        return largest;
    }

    /// The newest life that this node has read.
    long life() {
        return life;
    }

    /// Notes the newest life that this node has read.
    void noteLife(long newest) {
        life = newest;
    }

    /// Whether the message at this offset may be the one that this node has read there.
    boolean isAsRead(long offset, String token) {
        var read = lastRead;
        return read.offset() != offset || read.token().equals(token);
    }

    /// Notes the message that was read last.
    void noteRead(long offset, String token) {
        lastRead = new LastRead(offset, token);
    }

    /// The place below which the stream has nothing, as far as this node knows.
    EventId floor() {
        return floor;
    }

    /// Notes the place below which the stream has nothing.
    void noteFloor(EventId place) {
        floor = place;
    }

    /// Checks the rights of the user, makes the queue, and begins the log if nobody has.
    @Override
    public void begin() throws IOException {
        declare();
        for (int tries = 0; tries < 2; tries++) {
            if (learnFloor()) return;
            beginLife(0, 0);
        }
        if (!learnFloor()) throw new IOException("the stream does not give back what was stored in it");
    }

    /// RabbitMQ knows a queue before any of its nodes serves the queue.
    @Override
    public boolean mayPass(IOException failed) {
        return failed instanceof RabbitException refused && refused.mayPass();
    }

    /// Learns where the log begins; false when it has not begun yet.
    private boolean learnFloor() throws IOException {
        try (var bounds = new StreamBounds(this)) {
            var first = bounds.first();
            if (first == null) return false;
            long known = first.life() != 0 ? first.life() : bounds.life();
            if (known == 0) return false;
            floor = Place.before(known, first.offset());
            return true;
        }
    }

    /// The message that was read last.
    private record LastRead(long offset, String token) { }
}
