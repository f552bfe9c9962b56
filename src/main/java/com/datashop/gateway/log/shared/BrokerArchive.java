package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.replay.Turns;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// The events that a broker still has, for readers with an old cursor: a few at a time by turns, stretch by stretch.
///
/// A broker has every event at or above its floor. So a stretch is whole if the floor, learnt with the stretch or after
/// it, is not above the place where the stretch begins. While the broker is away, a reader gets nothing, and asks
/// again.
///
/// @param <C> a connection to the broker
public final class BrokerArchive<C extends Closeable> implements Archive {
    private static final System.Logger LOG = System.getLogger(BrokerArchive.class.getName());
    /// How far ahead of the broker's clock a publisher's may be, so that its events are still found.
    private static final long CLOCKS_MILLISECONDS = 60_000;
    /// The wait before a reader asks again. It is short, because a stream must show meanwhile that it is alive.
    private static final Duration AWAY_PERIOD = Duration.ofMillis(400);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Lookback<C> lookback;
    private final ConnectionPool<C> pool;
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    public BrokerArchive(Lookback<C> lookback) {
        this.lookback = lookback;
        pool = new ConnectionPool<>(lookback);
    }

    @Override
    public EventId floor() {
        return lookback.floor();
    }

    @Override
    public boolean issued(EventId id) {
        return lookback.issued(id);
    }

    @Override
    public Reader reader(ChannelSet set) {
        return new StretchReader(set);
    }

    /// Looks by the time of arrival. The reader then leaves out the events whose timestamp is older.
    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        return new SinceSearch(Math.max(0, milliseconds - CLOCKS_MILLISECONDS), upTo);
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new BrokerSearch<>(this, lookback.backwards(set::matches, upTo), set, accepted, n, upTo);
    }

    /// The turns of one more reader.
    Turns.Turn turn() {
        return pool.turn();
    }

    /// Asks on one of the connections, in one turn; null when it did not come in time.
    <T> T ask(Turns.Turn turn, ConnectionPool.Question<C, T> question) throws IOException, InterruptedException {
        return pool.ask(turn, question);
    }

    /// Notes that the broker is away. It says so in the log, now and then.
    void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable reason=\"" + Broker.message(why).replaceAll("[\\p{Cntrl}\"]+", " ")
                + "\"");
    }

    /// Reads slice by slice: each slice is one stretch of the log.
    private final class StretchReader implements Reader {
        private final ChannelSet set;
        private final Lookback.Forwards<C> forwards;
        private final Turns.Turn turn = turn();
        private long bytes;

        StretchReader(ChannelSet set) {
            this.set = set;
            forwards = lookback.forwards(set::matches);
        }

        @Override
        public Slice next(EventId after, EventId upTo) throws InterruptedException {
            var nothing = new Slice(List.of(), after, false);
            try {
                var stretch = ask(turn, connection -> forwards.next(connection, after, upTo));
                if (stretch == null) return nothing;
                bytes += stretch.bytes();
                if (floor().isAfter(after)) return nothing;
                var slice = slice(stretch, after, upTo);
                if (slice.complete()) turn.renew();
                return slice;
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return nothing;
            }
        }

        @Override
        public long bytes() {
            return bytes;
        }

        private Slice slice(Lookback.Stretch stretch, EventId after, EventId upTo) {
            var steps = new ArrayList<Step>();
            var from = after;
            for (var entry : stretch.entries()) {
                if (entry.id().isAfter(upTo)) break;
                if (!entry.id().isAfter(after)) continue;
                switch (entry) {
                    case Entry.Stored(var event, _, _) -> {
                        if (set.matches(event.channel())) steps.add(new Step.Found(event));
                    }
                    case Entry.TooLarge(var id, var channel, _, _) -> {
                        if (set.matches(channel)) steps.add(new Step.Lost(from, id, 1));
                    }
                    case Entry.Hole(var id) -> steps.add(new Step.Lost(from, id, Step.Lost.UNKNOWN));
                    case Entry.Foreign _ -> { }
                }
                from = entry.id();
            }
            boolean complete = stretch.end() == null || stretch.isLast() || !upTo.isAfter(stretch.end());
            return new Slice(steps, complete ? upTo : EventId.max(after, stretch.end()), complete);
        }
    }

    /// Asks the broker for the place of a time, in one step.
    private final class SinceSearch implements Search {
        private final long milliseconds;
        private final EventId upTo;
        private final Turns.Turn turn = turn();
        private Search ended = Search.ended(null);

        SinceSearch(long milliseconds, EventId upTo) {
            this.milliseconds = milliseconds;
            this.upTo = upTo;
        }

        @Override
        public boolean step() throws InterruptedException {
            try {
                var found = ask(turn, connection -> lookback.since(connection, milliseconds));
                if (found == null) return false;
                ended(found.map(place -> EventId.max(place, floor())).orElse(upTo));
            } catch (IOException away) {
                failed(away);
                ended(floor()); // the reader leaves out the events that are older
            }
            return true;
        }

        private void ended(EventId place) {
            ended = Search.ended(upTo.isAfter(place) ? place : null);
        }

        @Override
        public long found() {
            return ended.found();
        }

        @Override
        public EventId place() {
            return ended.place();
        }

        @Override
        public EventId reached() {
            return ended.reached();
        }

        @Override
        public long bytes() {
            return ended.bytes();
        }
    }
}
