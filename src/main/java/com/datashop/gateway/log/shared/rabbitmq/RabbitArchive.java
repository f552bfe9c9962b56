package com.datashop.gateway.log.shared.rabbitmq;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// The events that RabbitMQ still has and memory has forgotten.
///
/// It serves clients that come with an old cursor, page by page. While RabbitMQ is away a reader gets nothing, and asks
/// again.
final class RabbitArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(RabbitArchive.class.getName());
    private static final Duration AWAY_PERIOD = Duration.ofSeconds(1);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Rabbit rabbit;
    private final Lanes lanes;
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    RabbitArchive(Rabbit rabbit) {
        this.rabbit = rabbit;
        lanes = new Lanes(rabbit);
    }

    @Override
    public EventId floor() {
        return rabbit.lowest();
    }

    /// Every place in the stream is as good a cursor as any other, also one that has no event.
    @Override
    public boolean issued(EventId id) {
        return true;
    }

    @Override
    public Reader reader(ChannelSet set) {
        return (after, upTo) -> {
            try {
                var slice = lanes.ask(connection -> new Page(rabbit, set, after, upTo).read(connection));
                return slice.orElseGet(() -> new Slice(List.of(), after, false));
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return new Slice(List.of(), after, false);
            }
        };
    }

    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        return new SinceSearch(this, milliseconds, upTo);
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new NewestSearch(this, set, accepted, n, upTo);
    }

    Rabbit rabbit() {
        return rabbit;
    }

    Lanes lanes() {
        return lanes;
    }

    /// Notes that RabbitMQ could not be read. It logs one failure in ten seconds.
    void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable reason=\"" + Rabbit.message(why).replaceAll("[\\p{Cntrl}\"]+", " ")
                + "\"");
    }
}
