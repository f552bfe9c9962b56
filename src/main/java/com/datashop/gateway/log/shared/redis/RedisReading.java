package com.datashop.gateway.log.shared.redis;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the end of the stream, and checks that the stream goes on where this node has left it.
///
/// ```
///                     the entry read last is          the stream ends     that entry is not there,
///   connected ──▶     there, or the last of all       before it           earlier and later ones are
///                          │                               │                   │
///                          ▼                               ▼                   ▼
///                        go on                      mark a gap in the stream, read on up to it
/// ```
///
/// When the entries right after the last one were dropped before this node read them, that is a hole of this node
/// alone.
///
/// The id of a gap is a minute above the clocks of this node and of the stream, because another node may have read
/// further before Redis lost the end. No id may be given twice, and none below an id that a client has seen. (Ids are
/// then ahead of the clock for a while, which does no harm.) The gap is added only if the stream has not changed since
/// this node looked at it. So nodes that come back at the same time mark it once.
final class RedisReading implements Reading {
    private static final System.Logger LOG = System.getLogger(RedisReading.class.getName());
    private static final String BLOCK_MILLISECONDS = "1000";
    private static final Duration CHECK_PERIOD = Duration.ofSeconds(1);
    /// The longest time between two checks. A publish waits longer than this, so a loss is noticed before it ends.
    private static final Duration LONGEST_CHECK_PERIOD = Duration.ofSeconds(5);
    /// The checks take no more of the time than one part in this many.
    private static final int CHECK_SHARE = 20;
    /// How far ahead of this node's clock another node may have read.
    private static final long CLOCKS_MILLISECONDS = 60_000;
    /// The most tries to change the stream while others change it.
    private static final int TRIES = 20;

    /// The state of the stream after the entry that this node has read last.
    private enum Continuity {
        /// The next entries are there, or there are none yet.
        WHOLE,
        /// The next entries were dropped before this node read them.
        TRIMMED,
        /// Redis has lost the end of the stream.
        LOST
    }

    private final Connection connection;
    private final String stream;
    private final Retention retention;
    private final EntryCodec codec = new EntryCodec();
    private final Frontier frontier;
    private final Pace pace;
    private EventId place;
    private Entry.Hole hole;
    private boolean atEnd;
    private long checkAt = System.nanoTime() + CHECK_PERIOD.toNanos();

    /// @param pace the node's; it outlives the connection, so that a page that was too large is not asked for again
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
            if (continuity(retention.learn(connection)) == Continuity.LOST) markLoss();
            hole = ownHole(retention.learn(connection));
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    /// Makes sure that there is a stream, and that it begins with a gap.
    static void ensureStream(Connection connection, String stream) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(RedisCommand.of("WATCH", stream)));
            if (!Extent.of(connection, stream).last().equals(EventId.ZERO)) {
                Connection.checked(connection.ask(RedisCommand.of("UNWATCH")));
                return;
            }
            if (addMark(connection, stream, "*", EntryCodec.BEGIN)) return;
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
        var page = frontier.isUsedUp() ? remainder() : follow(place);
        atEnd = !pace.took(page);
        var usable = page.usable();
        if (usable != page) {
            atEnd = true;
            retention.learn(connection); // So the writer knows that the ids are used up.
        }
        if (usable.items().isEmpty()) return found;
        if (!atEnd) addHoleBefore(usable.items().getFirst(), found);
        for (var item : usable.items()) codec.decode(item, _ -> true).ifPresent(found::add);
        moveTo(usable.items().getLast().id());
        return found;
    }

    /// Waits for the entries after the place.
    private Page follow(EventId after) throws IOException {
        connection.send(RedisCommand.of("XREAD", "COUNT", String.valueOf(pace.count()), "BLOCK", BLOCK_MILLISECONDS,
                "STREAMS", stream, after.toString()));
        return Page.ofRead(connection, pace.bytes(), pace.largest());
    }

    /// The entries that are left of a stream that has used up its ids.
    ///
    /// When none are left, it waits after the last possible id, where no entry comes.
    private Page remainder() throws IOException {
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

    /// Checks the stream now and then.
    ///
    /// Redis shows the first and the last entry when it is asked. When these are large, this takes long, and the checks
    /// become rarer.
    private void check() throws IOException {
        long began = System.nanoTime();
        var extent = retention.learn(connection);
        long took = System.nanoTime() - began;
        checkAt = began + Math.clamp(CHECK_SHARE * took, CHECK_PERIOD.toNanos(), LONGEST_CHECK_PERIOD.toNanos());
        if (place.isAfter(extent.last())) markLoss();
        retention.enforce(connection);
    }

    /// Adds a hole if the entries before the next one were dropped already, as may happen to a node that is behind.
    private void addHoleBefore(Item next, List<Entry> found) throws IOException {
        var extent = retention.learn(connection);
        var before = next.id().previous();
        boolean behind = extent.first() != null && extent.first().isAfter(place);
        if (behind && before.isAfter(place) && !next.isGap()) found.add(new Entry.Hole(before));
    }

    /// The hole that this node alone has, and tells its own subscribers; null when there is none.
    private Entry.Hole ownHole(Extent extent) throws IOException {
        var upTo = switch (continuity(extent)) {
            case WHOLE -> null;
            case TRIMMED -> extent.floor();
            case LOST -> { // the loss could not be marked, because the stream takes nothing more
                var next = firstFrom("(" + place);
                yield next.isEmpty() ? extent.last() : next.getFirst().id().previous();
            }
        };
        return upTo == null ? null : new Entry.Hole(Frontier.isBeyond(upTo) ? place.next() : upTo);
    }

    private Continuity continuity(Extent extent) throws IOException {
        if (place.equals(EventId.ZERO) || place.equals(extent.last())) return Continuity.WHOLE;
        if (place.isAfter(extent.last())) return Continuity.LOST;
        if (extent.first() == null) return Continuity.TRIMMED;
        if (extent.first().isAfter(place)) {
            boolean isNext = extent.beginsWithGap() || !extent.first().previous().isAfter(place);
            return isNext ? Continuity.WHOLE : Continuity.TRIMMED;
        }
        if (!firstFrom(place.toString()).isEmpty()) return Continuity.WHOLE;
        var next = firstFrom("(" + place);
        return next.isEmpty() || next.getFirst().isGap() ? Continuity.WHOLE : Continuity.LOST;
    }

    /// The entry at this place; with `(` before the place, the first one after it. Empty when there is none.
    private List<Item> firstFrom(String from) throws IOException {
        connection.send(RedisCommand.of("XRANGE", stream, from, from.startsWith("(") ? "+" : from, "COUNT", "1"));
        return Page.ofRange(connection, 1, 0).items();
    }

    /// Adds an entry that marks a gap, if the stream has lost what this node has read.
    private void markLoss() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Connection.checked(connection.ask(RedisCommand.of("WATCH", stream)));
            var extent = retention.learn(connection);
            if (continuity(extent) != Continuity.LOST || frontier.isUsedUp()) {
                Connection.checked(connection.ask(RedisCommand.of("UNWATCH")));
                return;
            }
            var gap = Frontier.above(place, extent.last(), CLOCKS_MILLISECONDS)
                    .orElseThrow(() -> new IOException(Frontier.USED_UP));
            if (!addMark(connection, stream, gap.toString(), EntryCodec.LOST)) continue;
            LOG.log(WARNING, "event=broker-lost-events read=" + place + " end=" + extent.last() + " gap=" + gap);
            return;
        }
        throw new IOException("the stream does not come to rest");
    }

    /// Adds the entry that marks a gap, unless the stream has changed since this node watches it.
    private static boolean addMark(Connection connection, String stream, String id, String what) throws IOException {
        connection.send(new RedisCommand().command("MULTI").command("XADD", stream, id, EntryCodec.GAP, what)
                .command("EXEC").bytes());
        Connection.checked(connection.reply());
        var queued = connection.reply();
        var done = connection.reply();
        Connection.checked(queued);
        return Connection.checked(done) instanceof RedisReply.Many many
                && !(many.replies().getFirst() instanceof RedisReply.Failure);
    }
}
