package com.datashop.gateway.hub;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.replay.Search;

/// Opens pages of the past: it finds the place at which each page begins.
///
/// ```
///   the newest:  beginning ◀── search back, counting ── before       then read from where the search ended
///   the oldest:  after, or search for `since` ──▶ read on, as far as the limit or the effort goes
/// ```
///
/// It reads through the [Timeline], as streams do. So both share one pace, and take turns.
public final class Past {
    private final Hub hub;
    private final Timeline timeline;
    private final Ages ages;
    private final EventLog log;
    private final HeapBudget heap;
    private final Effort effort;

    Past(Hub hub, Timeline timeline, Ages ages, EventLog log, HeapBudget heap, Effort effort) {
        this.hub = hub;
        this.timeline = timeline;
        this.ages = ages;
        this.log = log;
        this.heap = heap;
        this.effort = effort;
    }

    /// Finds the page. That takes no longer than its effort, unless the log can not be read.
    ///
    /// @throws LogUnavailableException when the log can not be read now
    public PastPage open(PastQuery query) throws LogUnavailableException, InterruptedException {
        if (query.before().isPresent()) reach(query.before().get());
        if (query.after().isPresent()) reach(query.after().get());
        var newest = hub.newest();
        var upTo = query.before().map(before -> EventId.min(before.previous(), newest)).orElse(newest);
        upTo = EventId.max(upTo, log.origin());
        var unknown = query.before().filter(before -> !isPlace(before, newest)).map(_ -> newest).orElse(null);
        var border = EventId.max(border(query, upTo), log.origin());
        return query.isForward() ? forward(query, border, newest, unknown)
                : backward(query, upTo, border, unknown);
    }

    /// The place up to which there may be events that are old enough for the page. What comes after is not read.
    private EventId border(PastQuery query, EventId upTo) {
        if (query.until().isEmpty()) return upTo;
        long until = query.until().getAsLong();
        return timeline.until(until, ages.until(until, upTo));
    }

    /// Opens a page that begins with the oldest events.
    private PastPage forward(PastQuery query, EventId upTo, EventId newest, EventId unknown)
            throws LogUnavailableException, InterruptedException {
        if (query.after().isPresent()) {
            var after = query.after().get();
            if (isIssued(after, newest)) return reading(query, after, upTo, unknown);
            var beginning = beginning(query, upTo);
            return reading(query, beginning, upTo, beginning);
        }
        long since = query.since().getAsLong();
        var beginning = beginning(query, upTo);
        if (since <= 0) return reading(query, beginning, upTo, unknown);
        var search = timeline.since(query.channels(), since);
        if (run(search, effort, beginning)) {
            var place = search.place() == null ? upTo : EventId.min(search.place(), upTo);
            return search.place() == null ? page(query, beginning, upTo).ended(unknown, upTo, false)
                    : reading(query, place, upTo, unknown);
        }
        var reached = EventId.min(EventId.max(search.reached(), beginning), upTo);
        return page(query, beginning, upTo).ended(unknown, reached, !reached.equals(upTo));
    }

    /// A page that is read on from the place.
    ///
    /// When the log is in trouble, it first tries whether the place can be read: memory may have what comes after it. A
    /// page that could not even begin would be empty, and might be taken for the end.
    private PastPage reading(PastQuery query, EventId place, EventId upTo, EventId unknown)
            throws LogUnavailableException, InterruptedException {
        if (log.trouble().isPresent() && upTo.isAfter(place)) {
            var slice = timeline.reader(query.channels()).next(place, upTo);
            if (!slice.complete() && !slice.end().isAfter(place)) throw unreadable();
        }
        return page(query, place, upTo).reading(unknown);
    }

    /// From the newest back. One event more than the limit is looked for: so it is known whether there is more.
    ///
    /// @param asked where the page would end if it had no border
    private PastPage backward(PastQuery query, EventId asked, EventId upTo, EventId unknown)
            throws LogUnavailableException, InterruptedException {
        var search = timeline.newest(query.channels(), query::accepts, query.limit() + 1L, upTo);
        boolean over = run(search, effort.half(), upTo);
        if (search.found() > query.limit())
            return page(query, EventId.min(search.place().next(), upTo), upTo).readingAll(unknown, true);
        var beginning = timeline.beginning(query.channels());
        if (beginning.isEmpty() ? over : !search.reached().isAfter(beginning.get()))
            return page(query, EventId.min(bottom(query, asked), upTo), upTo).readingAll(unknown, false);
        if (!upTo.isAfter(search.reached())) throw unreadable();
        return page(query, search.reached(), upTo).readingAll(unknown, true);
    }

    /// The place at which a page begins that reaches the beginning of history.
    ///
    /// If its `before` has fallen out of history, the page begins at the log's origin. There its reader finds the hole.
    private EventId bottom(PastQuery query, EventId upTo) {
        var beginning = beginning(query, upTo);
        return beginning.equals(upTo) && query.before().isPresent() ? log.origin() : beginning;
    }

    private EventId beginning(PastQuery query, EventId upTo) {
        return timeline.beginning(query.channels(), upTo);
    }

    private PastPage page(PastQuery query, EventId after, EventId upTo) {
        return new PastPage(query, timeline, heap, effort, after, upTo);
    }

    /// Runs the search within the effort; false when the effort was spent before the search ended.
    private static boolean run(Search search, Effort effort, EventId beginning)
            throws LogUnavailableException, InterruptedException {
        long began = System.nanoTime();
        while (!search.step()) {
            if (Thread.interrupted()) throw new InterruptedException();
            long spent = System.nanoTime() - began;
            boolean moved = search.found() > 0 || !search.reached().equals(beginning);
            if (moved && effort.isSpent(spent, search.bytes())) return false;
            if (!moved && Effort.isHopeless(spent)) throw unreadable();
            Thread.yield(); // virtual threads are not time-sliced
        }
        return true;
    }

    private static LogUnavailableException unreadable() {
        return new LogUnavailableException("the log can not be read now");
    }

    /// Waits within a bound for a place that is ahead of this node: the client may come from another node.
    private void reach(EventId place) throws InterruptedException {
        if (place.isAfter(hub.newest())) log.catchUp(place);
    }

    private boolean isIssued(EventId id, EventId newest) {
        return timeline.issued(id, newest);
    }

    /// Whether the id was issued, or is the place right after one: `from` of a page may be either.
    private boolean isPlace(EventId id, EventId newest) {
        return isIssued(id, newest) || isIssued(id.previous(), newest);
    }
}
