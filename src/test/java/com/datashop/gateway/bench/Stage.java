package com.datashop.gateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Channels that nobody used before, their subscribers, and what publishers send to them.
final class Stage implements AutoCloseable {
    private static final AtomicInteger STAGES = new AtomicInteger();
    /// Time for a server that sends the head before it has joined the stream to its channel, in nanoseconds.
    private static final long SETTLING = 200_000_000;

    private final Target target;
    private final String prefix = "s" + STAGES.incrementAndGet() + "-";
    private final int channels;
    private final int lanesEach;
    private final int subscribers;
    private final String data;
    private final Published published;
    private final Audience audience = new Audience();

    /// Connects the subscribers.
    ///
    /// @param publishers how many connections will publish: those to one channel have a lane each
    /// @param subscribersEach how many follow each channel
    Stage(Target target, int channels, int publishers, int subscribersEach, int dataBytes) {
        this.target = target;
        this.channels = channels;
        lanesEach = Math.max(1, publishers / channels);
        subscribers = channels * subscribersEach;
        data = Publication.data(dataBytes);
        published = new Published(channels * lanesEach);
        var newcomers = new ArrayList<Subscriber>();
        for (int i = 0; i < subscribers; i++) newcomers.add(new Subscriber(target.subscription(channel(i % channels), null), i % channels * lanesEach, lanesEach));
        try {
            audience.join(target.streamPort(), newcomers, target.connectsAtOnce());
        } catch (RuntimeException refused) {
            audience.close();
            throw refused;
        }
        if (subscribers > 0) Audience.pause(SETTLING);
    }

    Target target() {
        return target;
    }

    Audience audience() {
        return audience;
    }

    Published published() {
        return published;
    }

    String data() {
        return data;
    }

    String channel(int n) {
        return prefix + n;
    }

    /// How many subscribers an event reaches.
    long reach() {
        return subscribers / channels;
    }

    /// What so many connections send, over and over: each to channels, or at least lanes, of its own, one event in a request or several.
    List<List<Publication>> rounds(int connections, int batch) {
        return IntStream.range(0, connections).mapToObj(connection -> round(lanes(connection, connections), batch)).toList();
    }

    /// Publishes at full speed, with no more than so many events on their way to each subscriber.
    Publishing flood(int connections, int batch, long window, long nanoseconds) {
        long before = audience.received();
        long reach = reach();
        return ClosedLoop.run(target.publishPort(), rounds(connections, batch), published,
                sent -> (sent - window) * reach <= audience.received() - before, nanoseconds);
    }

    /// Publishes one by one at this rate; only what is due after `lead` seconds is timed.
    Publishing pace(int connections, double rate, double lead, double seconds) {
        long start = System.nanoTime() + Plan.nanoseconds(0.05);
        long from = start + Plan.nanoseconds(lead);
        long end = from + Plan.nanoseconds(seconds);
        audience.time(from, end);
        return Paced.run(target.publishPort(), rounds(connections, 1), published, rate, start, end);
    }

    /// How many deliveries there are when all that was published has come to everyone.
    long expected() {
        long events = 0;
        for (int lane = 0; lane < published.lanes(); lane++) events += published.count(lane);
        return events * reach();
    }

    /// Waits until everything has come, or nothing more does for so long; whether it has.
    boolean drained(long quietSeconds) {
        return audience.await(expected(), quietSeconds);
    }

    @Override
    public void close() {
        audience.close();
    }

    private int[] lanes(int connection, int connections) {
        return IntStream.range(0, published.lanes()).filter(lane -> lane % connections == connection).toArray();
    }

    private List<Publication> round(int[] lanes, int batch) {
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
