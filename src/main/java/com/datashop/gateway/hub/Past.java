package com.datashop.gateway.hub;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.replay.Search;

/// Opens pages of the past: it finds the place at which each page begins.
///
/// ```
///   the newest events:  search back from `before`, and count ──▶ the page begins where the search ended
///   the oldest events:  `after`, or search for `since` ──▶ the page begins there
/// ```
///
/// Three places bound a page: `asked` is the end that the query names. `upTo` is the end without the events that are
/// too new for `until`. `unknownUpTo` is the end of the `unknown-id` gap if an id of the query was never issued; else
/// it is null.
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
        var asked = query.before().map(before -> EventId.min(before.previous(), newest)).orElse(newest);
        asked = EventId.max(asked, log.origin());
        var unknownUpTo = query.before().filter(before -> !isPlace(before, newest)).map(_ -> newest).orElse(null);
        var upTo = EventId.max(oldEnough(query, asked), log.origin());
        return query.isForward() ? forward(query, upTo, newest, unknownUpTo)
                : backward(query, asked, upTo, unknownUpTo);
    }

    /// The place up to which there may be events that are old enough for the page. Later events are not read.
    private EventId oldEnough(PastQuery query, EventId upTo) {
        if (query.until().isEmpty()) return upTo;
        long until = query.until().getAsLong();
        return timeline.olderUpTo(until, ages.olderUpTo(until, upTo));
    }

    /// Opens a page of the oldest events.
    private PastPage forward(PastQuery query, EventId upTo, EventId newest, EventId unknownUpTo)
            throws LogUnavailableException, InterruptedException {
        if (query.after().isPresent()) {
            var after = query.after().get();
            if (isIssued(after, newest)) return reading(query, after, upTo, unknownUpTo);
            var beginning = beginning(query, upTo);
            return reading(query, beginning, upTo, beginning);
        }
        long since = query.since().getAsLong();
        var beginning = beginning(query, upTo);
        if (since <= 0) return reading(query, beginning, upTo, unknownUpTo);
        var search = timeline.since(query.channels(), since);
        if (run(search, effort, beginning)) {
            var place = search.place() == null ? upTo : EventId.min(search.place(), upTo);
            return search.place() == null ? page(query, beginning, upTo).ended(unknownUpTo, upTo, false)
                    : reading(query, place, upTo, unknownUpTo);
        }
        var reached = EventId.min(EventId.max(search.reached(), beginning), upTo);
        return page(query, beginning, upTo).ended(unknownUpTo, reached, !reached.equals(upTo));
    }

    /// A page that is read from the place on.
    ///
    /// When the log is in trouble, this first tries to read there, because memory may have the next events. A page that
    /// could not even begin would be empty, and might be taken for the end.
    private PastPage reading(PastQuery query, EventId place, EventId upTo, EventId unknownUpTo)
            throws LogUnavailableException, InterruptedException {
        if (log.trouble().isPresent() && upTo.isAfter(place)) {
            var slice = timeline.reader(query.channels()).next(place, upTo);
            if (!slice.complete() && !slice.end().isAfter(place)) throw unreadable();
        }
        return page(query, place, upTo).reading(unknownUpTo);
    }

    /// Opens a page of the newest events. It looks for one event more than the limit, to know whether there is more.
    private PastPage backward(PastQuery query, EventId asked, EventId upTo, EventId unknownUpTo)
            throws LogUnavailableException, InterruptedException {
        var search = timeline.newest(query.channels(), query::accepts, query.limit() + 1L, upTo);
        boolean ended = run(search, effort.half(), upTo);
        if (search.found() > query.limit())
            return page(query, EventId.min(search.place().next(), upTo), upTo).readingAll(unknownUpTo, true);
        var beginning = timeline.beginning(query.channels());
        if (beginning.isEmpty() ? ended : !search.reached().isAfter(beginning.get()))
            return page(query, EventId.min(firstPlace(query, asked), upTo), upTo).readingAll(unknownUpTo, false);
        if (!upTo.isAfter(search.reached())) throw unreadable();
        return page(query, search.reached(), upTo).readingAll(unknownUpTo, true);
    }

    /// The place at which a page begins that reaches back to the beginning of history.
    ///
    /// If `before` itself is older than history, that is the log's origin. There the reader of the page finds the hole.
    private EventId firstPlace(PastQuery query, EventId upTo) {
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

    /// Whether the id was issued, or is the place right after one that was. The `from` of a page may be either.
    private boolean isPlace(EventId id, EventId newest) {
        return isIssued(id, newest) || isIssued(id.previous(), newest);
    }
}
