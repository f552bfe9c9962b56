package com.datashop.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Channels that nobody used before, their subscribers, and what publishers send to them.
final class Stage implements AutoCloseable {
    private static final AtomicInteger STAGES = new AtomicInteger();
    /// How long a subscriber may get nothing more before it is given up, in seconds.
    static final long QUIET_SECONDS = 5;
    /// As many events on their way as there are.
    static final long NO_WINDOW = Long.MAX_VALUE / 2;
    /// Between being asked and the first event, so that no publisher begins late, in seconds.
    private static final double STARTING = 0.05;
    /// The bytes that the kernel keeps for a client that does not read.
    private static final int SMALL_BUFFER = 4096;
    /// Time for a server that sends the head before it has joined the stream to its channel, in nanoseconds.
    private static final long SETTLING = 200_000_000;

    private final Target target;
    private final String prefix = "s" + STAGES.incrementAndGet() + "-";
    private final int channels;
    private final int lanesEach;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final int stalling;
    /// How many have stalled, and what had been expected when they did.
    private int stalled;
    private long eventsThen;
    private long expectedThen;
    private final String data;
    private final Published published;
    private Audience audience = new Audience();

    /// Connects the subscribers.
    ///
    /// @param publishers how many connections will publish: those to one channel have a lane each
    /// @param subscribersEach how many follow each channel
    Stage(Target target, int channels, int publishers, int subscribersEach, int dataBytes) {
        this(target, channels, publishers, subscribersEach, 0, dataBytes);
    }

    /// @param stalling how many of the subscribers will stall, and for that have small buffers
    Stage(Target target, int channels, int publishers, int subscribersEach, int stalling, int dataBytes) {
        this.target = target;
        this.channels = channels;
        this.stalling = stalling;
        lanesEach = Math.ceilDiv(Math.max(1, publishers), channels);
        data = Publication.data(dataBytes);
        published = new Published(channels * lanesEach);
        for (int i = 0; i < channels * subscribersEach; i++)
            subscribers.add(new Subscriber(target.subscription(channel(i % channels), null), i % channels * lanesEach,
                    lanesEach, i < stalling ? SMALL_BUFFER : 0));
        connect(target.connectsAtOnce());
    }

    /// Connects the subscribers; how long it took until each had the head of its stream, in nanoseconds.
    private long connect(int atOnce) {
        long took;
        try {
            took = audience.join(target.streamPort(), subscribers, atOnce);
        } catch (RuntimeException refused) {
            audience.close();
            throw refused;
        }
        if (!subscribers.isEmpty()) Audience.pause(SETTLING);
        return took;
    }

    /// All subscribers come back, each from where it was, to the server that has taken this one's place.
    ///
    /// @param missed how many events were published meanwhile
    /// @return how long it took until each had the head of its stream, in nanoseconds
    long resume(Target successor, int atOnce, long missed) {
        return resume(successor, atOnce, missed, false);
    }

    /// @param politely whether the connections before ended with a FIN, and not with a reset
    long resume(Target successor, int atOnce, long missed, boolean politely) {
        audience.leave(politely);
        audience = new Audience();
        for (int i = 0; i < subscribers.size(); i++) {
            var before = subscribers.get(i);
            subscribers.set(i, new Subscriber(successor.subscription(channel(i % channels), before.lastEventId()),
                    before));
        }
        eventsThen = events() - missed;
        expectedThen = 0;
        return connect(atOnce);
    }

    /// Those that were chosen to stop reading do.
    void stall() {
        expectedThen = expected();
        eventsThen = events();
        stalled = stalling;
        audience.askAndWait(() -> {
            subscribers.subList(0, stalling).forEach(Subscriber::stall);
            return null;
        });
    }

    Audience audience() {
        return audience;
    }

    Published published() {
        return published;
    }

    private String channel(int n) {
        return prefix + n;
    }

    /// How many subscribers an event reaches.
    long reach() {
        return (subscribers.size() - stalled) / channels;
    }

    /// Publishes at full speed for so long, with no more than so many events on their way to each subscriber.
    Publishing flood(int connections, int batch, long window, double seconds) {
        return flood(rounds(connections, batch, data), window, seconds);
    }

    /// The same one by one, with events of another size.
    Publishing fill(int connections, long window, double seconds, int dataBytes) {
        return flood(rounds(connections, 1, Publication.data(dataBytes)), window, seconds);
    }

    private Publishing flood(List<List<Publication>> rounds, long window, double seconds) {
        long before = audience.received();
        long reach = reach();
        return ClosedLoop.run(target.publishPort(), rounds, published,
                sent -> (sent - window) * reach <= audience.received() - before, Plan.nanoseconds(seconds));
    }

    /// Publishes one by one at this rate; only what is due after `lead` seconds is timed.
    Publishing pace(int connections, double rate, double lead, double seconds) {
        long start = System.nanoTime() + Plan.nanoseconds(STARTING);
        long from = start + Plan.nanoseconds(lead);
        long end = from + Plan.nanoseconds(seconds);
        audience.time(from, end);
        return Paced.run(target.publishPort(), rounds(connections, 1, data), published, rate, start, end);
    }

    /// Publishes one event to each channel.
    void once() {
        try (var connection = new Connection(target.publishPort())) {
            for (var publication : rounds(1, 1, data).getFirst()) {
                int status = connection.exchange(publication.stamped(published, System.nanoTime()));
                if (status / 100 != 2) throw new IllegalStateException("a publish was answered " + status);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Waits until everything has come, or nothing more does for so long; whether it has.
    boolean drained(long quietSeconds) {
        return audience.await(expected(), quietSeconds);
    }

    @Override
    public void close() {
        audience.close();
    }

    /// How many deliveries there are when all that was published has come to everyone who reads.
    private long expected() {
        return expectedThen + (events() - eventsThen) * reach();
    }

    /// How many events were published.
    long events() {
        return IntStream.range(0, published.lanes()).mapToLong(published::count).sum();
    }

    /// The requests of these connections, over and over: each to lanes of its own, with one event or several.
    private List<List<Publication>> rounds(int connections, int batch, String data) {
        return IntStream.range(0, connections)
                .mapToObj(connection -> round(lanes(connection, connections), batch, data)).toList();
    }

    private int[] lanes(int connection, int connections) {
        return IntStream.range(0, published.lanes()).filter(lane -> lane % connections == connection).toArray();
    }

    private List<Publication> round(int[] lanes, int batch, String data) {
        var round = new ArrayList<Publication>();
        for (int first = 0; round.isEmpty() || first % lanes.length != 0; first += batch) {
            int from = first;
            int[] chosen = IntStream.range(0, batch).map(i -> lanes[(from + i) % lanes.length]).toArray();
            var names = IntStream.of(chosen).mapToObj(lane -> channel(lane / lanesEach)).toArray(String[]::new);
            round.add(target.publication(names, data, chosen));
        }
        return round;
    }
}
