package com.datashop.gateway.log.shared.redis;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the end of the stream, and sees that it goes on where it was left.
///
/// ```
///                     the entry read last is          the stream ends     it is not there, but
///   connected ──▶     there, or is the last of all    before it           later ones are, and earlier
///                          │                               │                   │
///                          ▼                               ▼                   ▼
///                        go on                      mark a gap in the stream, read on up to it
/// ```
///
/// And when the entries right after it were dropped before they were read, that is a hole of this node's own.
///
/// A gap's id is a minute above the clocks of this node and of the stream: another node may have read further than this one before Redis lost its end, and no id may be
/// given twice, nor one below what a client has seen. (Ids are then ahead of the clock for a while, which harms nothing.) It is added only if the stream has not changed since it was looked at:
/// so the nodes that come back at the same time mark it once.
final class RedisReading implements Reading {
    private static final System.Logger LOG = System.getLogger(RedisReading.class.getName());
    private static final String BLOCK_MILLISECONDS = "1000";
    private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);
    /// A publish waits longer than this for a loss to be noticed.
    private static final Duration LONGEST_CHECK_PERIOD = Duration.ofSeconds(5);
    private static final int CHECK_SHARE = 20;
    private static final long CLOCKS_MILLISECONDS = 60_000;
    private static final int TRIES = 20;

    private enum Continuity { WHOLE, TRIMMED, LOST }

    private final Connection connection;
    private final String stream;
    private final Retention retention;
    private final Entries entries = new Entries();
    private final Frontier frontier;
    private final Pace pace;
    private EventId place;
    private Entry.Hole hole;
    private boolean atEnd;
    private long checkAt = System.nanoTime() + CHECK_PERIOD.toNanos();

    /// @param pace the node's, which outlives the connection: a page that is too large for it is not asked for again
    RedisReading(Connection connection, String stream, Retention retention, Pace pace, EventId place)
            throws IOException {
        this.connection = connection;
        this.stream = stream;
        this.retention = retention;
        this.pace = pace;
        this.place = place;
        frontier = retention.frontier();
        frontier.read(place);
        try {
            if (continuity(retention.learn(connection)) == Continuity.LOST) mark();
            hole = hole(retention.learn(connection));
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    /// Sees that there is a stream, and that it begins with a gap.
    static void begin(Connection connection, String stream) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(RedisCommand.of("WATCH", stream)));
            if (!Extent.of(connection, stream).last().equals(EventId.ZERO)) {
                Connection.checked(connection.ask(RedisCommand.of("UNWATCH")));
                return;
            }
            if (add(connection, stream, "*", Entries.BEGIN)) return;
        }
        throw new IOException("the stream does not come to rest");
    }

    @Override
    public List<Entry> next() throws IOException {
        try {
            return read();
        } catch (IOException failed) {
            pace.failed();
            throw failed;
        } catch (OutOfMemoryError full) {
            pace.overflowed();
            throw full;
        }
    }

    private List<Entry> read() throws IOException {
        if (hole == null && System.nanoTime() - checkAt > 0) check();
        var found = new ArrayList<Entry>();
        atEnd = false;
        if (hole != null) {
            found.add(hole);
            moveTo(hole.id());
            hole = null;
            return found;
        }
        var page = frontier.isUsedUp() ? rest() : follow(place);
        atEnd = !pace.took(page);
        var usable = page.usable();
        if (usable != page) {
            atEnd = true;
            retention.learn(connection); // which tells the writer
        }
        if (usable.items().isEmpty()) return found;
        if (!atEnd) lookBack(usable.items().getFirst(), found);
        for (var item : usable.items()) found.add(entries.entry(item));
        moveTo(usable.items().getLast().id());
        return found;
    }

    /// What comes after the place, waiting for it.
    private Page follow(EventId after) throws IOException {
        connection.send(RedisCommand.of("XREAD", "COUNT", String.valueOf(pace.count()), "BLOCK", BLOCK_MILLISECONDS,
                "STREAMS", stream, after.toString()));
        return Page.ofRead(connection, pace.bytes(), pace.largest());
    }

    /// What is left to be read of a stream that has used up its ids. When that is nothing, it waits behind all of them,
    /// where nothing comes.
    private Page rest() throws IOException {
        connection.send(RedisCommand.of("XRANGE", stream, "(" + place, Frontier.LAST.toString(),
                "COUNT", String.valueOf(pace.count())));
        var page = Page.ofRange(connection, pace.bytes(), pace.largest());
        return page.received() == 0 ? follow(EventId.MAX) : page;
    }

    private void moveTo(EventId id) {
        place = id;
        frontier.read(id);
    }

    @Override
    public boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Now and then. Redis shows the first entry and the last when it is asked, and when these are large that takes it
    /// long: then more seldom.
    private void check() throws IOException {
        long began = System.nanoTime();
        var extent = retention.learn(connection);
        long took = System.nanoTime() - began;
        checkAt = began + Math.clamp(CHECK_SHARE * took, CHECK_PERIOD.toNanos(), LONGEST_CHECK_PERIOD.toNanos());
        if (place.isAfter(extent.last())) mark();
        retention.enforce(connection);
    }

    /// One that is behind may find that what came next has been dropped already.
    private void lookBack(Item next, List<Entry> found) throws IOException {
        var extent = retention.learn(connection);
        if (extent.first() != null && extent.first().isAfter(place) && next.id().previous().isAfter(place) && !next.isGap()) found.add(new Entry.Hole(next.id().previous()));
    }

    /// What this node alone has missed, and tells its own subscribers; null when that is nothing.
    private Entry.Hole hole(Extent extent) throws IOException {
        var upTo = switch (continuity(extent)) {
            case WHOLE -> null;
            case TRIMMED -> extent.floor();
            case LOST -> { // and it could not be marked in the stream, which takes nothing more
                var next = range("(" + place);
                yield next.isEmpty() ? extent.last() : next.getFirst().id().previous();
            }
        };
        return upTo == null ? null : new Entry.Hole(Frontier.isBeyond(upTo) ? place.next() : upTo);
    }

    private Continuity continuity(Extent extent) throws IOException {
        if (place.equals(EventId.ZERO) || place.equals(extent.last())) return Continuity.WHOLE;
        if (place.isAfter(extent.last())) return Continuity.LOST;
        if (extent.first() == null) return Continuity.TRIMMED;
        if (extent.first().isAfter(place)) return extent.beginsWithGap() || !extent.first().previous().isAfter(place) ? Continuity.WHOLE : Continuity.TRIMMED;
        if (!range(place.toString()).isEmpty()) return Continuity.WHOLE;
        var next = range("(" + place);
        return next.isEmpty() || next.getFirst().isGap() ? Continuity.WHOLE : Continuity.LOST;
    }

    /// The entry at this place, or the first from there on.
    private List<Item> range(String from) throws IOException {
        connection.send(RedisCommand.of("XRANGE", stream, from, from.startsWith("(") ? "+" : from, "COUNT", "1"));
        return Page.ofRange(connection, 1, 0).items();
    }

    private void mark() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(RedisCommand.of("WATCH", stream)));
            var extent = retention.learn(connection);
            if (continuity(extent) != Continuity.LOST || frontier.isUsedUp()) {
                Connection.checked(connection.ask(RedisCommand.of("UNWATCH")));
                return;
            }
            var gap = Frontier.above(place, extent.last(), CLOCKS_MILLISECONDS)
                    .orElseThrow(() -> new IOException(Frontier.USED_UP));
            if (!add(connection, stream, gap.toString(), Entries.LOST)) continue;
            LOG.log(WARNING, "event=broker-lost-events read=" + place + " end=" + extent.last() + " gap=" + gap);
            return;
        }
        throw new IOException("the stream does not come to rest");
    }

    /// Adds the entry that marks a gap, unless the stream was changed since it is watched.
    private static boolean add(Connection connection, String stream, String id, String what) throws IOException {
        connection.send(new RedisCommand().command("MULTI").command("XADD", stream, id, Entries.GAP, what).command("EXEC").bytes());
        Connection.checked(connection.reply());
        var queued = connection.reply();
        var done = connection.reply();
        Connection.checked(queued);
        return Connection.checked(done) instanceof RedisReply.Many many && !(many.replies().getFirst() instanceof RedisReply.Failure);
    }
}
