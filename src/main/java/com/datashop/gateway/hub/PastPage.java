package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;

/// One page of the past. It is read while its client receives it. So it holds a slice of history, and not the page.
///
/// ```
///   opened: `from` is known ──▶ written: `to` and `more` are known
/// ```
///
/// A page of the oldest events is bounded: it ends at the limit, or when the effort is spent. A page of the newest
/// events has been searched already, and is read to its end. It belongs to one thread.
public final class PastPage {
    /// The most that a look ahead may cost, because the head of the answer waits for it.
    private static final Effort LOOK_AHEAD = new Effort(Duration.ofMillis(50), 4 << 20);

    private final PastQuery query;
    private final Timeline timeline;
    private final Reader reader;
    private final Portions portions;
    private final Effort effort;
    private final EventId from;
    private final EventId upTo;
    private EventId unknownUpTo;
    private boolean bounded;
    private boolean over;
    private boolean more;
    private EventId position;
    private long found;

    /// @param after the page begins after this place
    /// @param upTo the page ends at this place
    PastPage(PastQuery query, Timeline timeline, HeapBudget heap, Effort effort, EventId after, EventId upTo) {
        this.query = query;
        this.timeline = timeline;
        reader = timeline.reader(query.channels());
        this.effort = effort;
        this.upTo = EventId.max(after, upTo);
        portions = new Portions(reader, heap);
        position = after;
        from = EventId.min(after.next(), this.upTo);
    }

    /// Sets the page up to be read as far as the limit and the effort go.
    ///
    /// @param unknownUpTo the end of the `unknown-id` gap, if an id of the query was never issued; else null
    PastPage reading(EventId unknownUpTo) {
        this.unknownUpTo = unknownUpTo;
        bounded = true;
        return this;
    }

    /// Sets the page up to be read to its end.
    ///
    /// @param more whether there is more before it
    PastPage readingAll(EventId unknownUpTo, boolean more) {
        this.unknownUpTo = unknownUpTo;
        this.more = more;
        return this;
    }

    /// Ends the page without events. The search came as far as `reached`.
    PastPage ended(EventId unknownUpTo, EventId reached, boolean more) {
        this.unknownUpTo = unknownUpTo;
        position = reached;
        this.more = more;
        over = true;
        return this;
    }

    /// The search has looked at everything from this place on.
    public EventId from() {
        return from;
    }

    /// The place up to which the search has looked at everything. It is known when the page is written.
    public EventId to() {
        return position;
    }

    /// Whether there is more to look at, in the direction of the page. It is known when the page is written.
    public boolean more() {
        return more;
    }

    /// The place from which the next page goes on, if it is known before the page is read.
    ///
    /// It is the `before` of the next page when pages go back, and the `after` when they go forward.
    public Optional<EventId> next() throws InterruptedException {
        if (!bounded || over) return more ? Optional.of(over ? position : from) : Optional.empty();
        long began = System.nanoTime();
        var ahead = timeline.reader(query.channels()); // its own: a reader tells a hole of unknown size only once
        long count = 0;
        for (var place = position; upTo.isAfter(place); ) {
            var slice = ahead.next(place, upTo);
            for (var step : slice.steps()) {
                if (step.isHole() || !query.accepts(step.event())) continue;
                if (count++ == query.limit()) return Optional.of(step.event().id().previous());
            }
            place = slice.end();
            if (slice.complete() || LOOK_AHEAD.isSpent(System.nanoTime() - began, ahead.bytes())) break;
        }
        return Optional.empty();
    }

    /// Reads the page.
    ///
    /// @throws IOException when the client has left, or history forgot an event in the midst of it
    public void writeTo(PastSink sink) throws IOException, InterruptedException {
        if (unknownUpTo != null) sink.gap(Gap.UNKNOWN_ID, null, unknownUpTo, Step.Lost.UNKNOWN);
        var began = position;
        long spent = 0;
        long idle = 0;
        while (!over && upTo.isAfter(position)) {
            long now = System.nanoTime();
            var portion = portions.next(position, upTo, query::accepts);
            try {
                var wanted = wanted(portion);
                long took = System.nanoTime() - now;
                spent += took;
                idle = portion.end().isAfter(position) ? 0 : idle + took;
                write(portion, wanted, sink);
            } finally {
                portions.release();
            }
            if (Thread.interrupted()) throw new InterruptedException();
            if (over || portion.complete()) break;
            portion = null; // the flush may block for long
            sink.flush();
            boolean enough = bounded && effort.isSpent(spent, reader.bytes()) && position.isAfter(began);
            boolean hopeless = Effort.isHopeless(idle);
            // A page of the newest events promises all up to its end. When it is cut, nobody takes it for whole.
            if (hopeless && !bounded) throw new IOException("the log can not be read now");
            if (enough || hopeless || Instant.now().isAfter(query.expiry())) end();
            Thread.yield(); // virtual threads are not time-sliced
        }
        over = true;
    }

    /// The indexes of the steps that are events which the client wants.
    private BitSet wanted(Portions.Portion portion) {
        var wanted = new BitSet();
        for (int i = 0; i < portion.steps().size(); i++) {
            var step = portion.steps().get(i);
            if (!step.isHole() && query.accepts(step.event())) wanted.set(i);
        }
        return wanted;
    }

    private void write(Portions.Portion portion, BitSet wanted, PastSink sink)
            throws IOException, InterruptedException {
        for (int i = 0; i < portion.steps().size(); i++) {
            switch (portion.steps().get(i)) {
                case Step.Found(var event) -> {
                    if (!wanted.get(i)) continue;
                    if (!count(event.id())) return;
                    write(event, sink);
                }
                case Step.Lost(var lostFrom, var lostTo, long count) ->
                    sink.gap(Gap.EVICTED, lostFrom, lostTo, query.isOpen() ? count : Step.Lost.UNKNOWN);
            }
        }
        var loose = portion.loose();
        if (loose != null && loose.wanted()) {
            if (!count(loose.id())) return;
            write(loose, sink);
        }
        position = portion.end();
    }

    /// Counts the event; false when the page is full. Then it ends right before this event.
    private boolean count(EventId id) {
        if (bounded && found == query.limit()) {
            position = id.previous();
            end();
        }
        found++;
        return !over;
    }

    /// Ends the page here.
    private void end() {
        over = true;
        if (bounded) more = upTo.isAfter(position);
    }

    private static void write(Event event, PastSink sink) throws IOException {
        byte[] bytes = event.frame().bytes();
        int at = envelopeAt(event.id());
        sink.beginEvent();
        sink.piece(bytes, at, bytes.length - Frame.endLength() - at);
        sink.endEvent();
    }

    private void write(Portions.Loose loose, PastSink sink) throws IOException, InterruptedException {
        int end = loose.length() - Frame.endLength();
        sink.beginEvent();
        for (int at = envelopeAt(loose.id()); at < end; at += Outlet.SLICE_BYTES) {
            sink.piece(portions.bytes(loose), at, Math.min(Outlet.SLICE_BYTES, end - at));
            sink.flush();
        }
        sink.endEvent();
    }

    /// The index in an event's frame at which its envelope begins.
    private static int envelopeAt(EventId id) {
        return Frame.dataOffset(id.toString().length());
    }
}
