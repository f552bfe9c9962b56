package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.sse.Control;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Brings one subscriber every event after its cursor, in order: first from history, then from its queue.
///
/// ```
///   greet ──▶ replay ──▶ catch up ──▶ follow ──▶ farewell
///         up to the join    ▲           │
///                           └───────────┘ overflow
/// ```
///
/// All of it runs on the subscriber's own thread. `position` is the cursor: every event of the subscription up to it
/// was sent, held back by the filter, or told as lost. `told` is the last id that the client was given.
final class Feed {
    /// The rounds of the loop until it returns; see [#run].
    private static final int ROUNDS = 16;
    /// The time between writes while it only searches. The second write to a client that has left fails. So the gateway
    /// notices within a second that the client has left.
    private static final long PULSE_NANOS = 400_000_000;

    private final Hub hub;
    private final Subscriber subscriber;
    private final Subscription subscription;
    private final SharedFilter filter;
    private final Portions portions;
    private final Outlet outlet;
    private final CachedClock clock;
    private final Ledger ledger;
    private final long oldestWanted;
    private final ArrayList<Event> taken = new ArrayList<>();
    private Gap gapReason = Gap.EVICTED;
    private EventId position;
    private EventId told;
    /// The number of events in the last write from the queue, until the rest after it; then 0.
    private int followed;
    private long followedAt = System.nanoTime() - Pacer.BUSY_NANOS;

    Feed(Hub hub, Subscriber subscriber, SharedFilter filter, Portions portions, Outlet outlet) {
        this.hub = hub;
        this.subscriber = subscriber;
        this.subscription = subscriber.subscription();
        this.filter = filter;
        this.portions = portions;
        this.outlet = outlet;
        clock = outlet.clock();
        subscriber.writesTo(outlet);
        ledger = hub.ledger();
        oldestWanted = subscription.start().oldest();
    }

    /// Runs until the client is gone or the subscriber is asked to end, and returns the reason.
    ///
    /// Its loop returns every few rounds, so that a JIT-compiled version can take over. A thread that parks in an
    /// interpreted frame costs the JVM more. This does not only concern the start: the compiler leaves out branches
    /// that it has not seen. When such a branch comes, all threads that wait in the loop go on in interpreted frames
    /// (measured at 80 events/s to 10,000 streams, with a loop that hardly returned: 3.2 instead of 2.1 µs a delivery).
    End run() throws IOException, InterruptedException {
        var end = greet();
        while (end.isEmpty()) end = loop();
        return end.get();
    }

    private Optional<End> loop() throws IOException, InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            if (outlet.isExpired()) return expire();
            if (outlet.isAged()) return Optional.of(retire());
            if (!subscriber.isLive() && subscriber.isEmpty()) {
                catchUp();
            } else {
                rest();
                subscriber.take(taken); // Waits here, with few frames on the stack: a waiting stream keeps them.
                if (!follow()) return farewell();
            }
            keepAlive();
        }
        return Optional.empty();
    }

    /// Finds the place to begin at, and tells the client.
    private Optional<End> greet() throws IOException, InterruptedException {
        outlet.send(Control.retry());
        // Otherwise the head leaves with the first message, which saves each of many newcomers a write.
        if (mayTakeTime()) outlet.flush();
        hub.reach(subscriber);
        var timeline = hub.timeline();
        var search = subscription.search(timeline);
        boolean waited = false;
        for (; !search.step(); waited = true) {
            var end = betweenSteps();
            if (end.isPresent()) return end;
        }
        if (waited) pulse(); // If the client has left, the write after this one fails: that of the first message.
        var known = subscription.place(timeline, subscriber.joinedAt(), search);
        position = known.orElseGet(() -> timeline.beginning(subscription.channels(), subscriber.joinedAt()));
        told = known.orElse(null);
        outlet.send(Control.connection(names(subscription.channels().patterns()), names(subscription.denied()),
                subscription.userId(), subscriber.connectionId(), text(told)));
        if (told == null) tellGap(Gap.UNKNOWN_ID, null, position, Step.Lost.UNKNOWN);
        outlet.flush();
        return Optional.empty();
    }

    /// Runs between two steps of the search: shows the client that the stream is alive, and checks whether to end.
    ///
    /// Only comments may be sent before the first message.
    private Optional<End> betweenSteps() throws IOException, InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        clock.read();
        if (outlet.isExpired()) return expire();
        if (outlet.isAged()) return Optional.of(retire());
        if (subscriber.ending() != null) return farewell();
        if (isProbeDue() || isPulseDue()) pulse();
        Thread.yield(); // virtual threads are not time-sliced
        return Optional.empty();
    }

    private void pulse() throws IOException {
        outlet.send(Frame.PING);
        outlet.flush();
    }

    /// Whether a write of a probe is due now. The caller then writes.
    private boolean isProbeDue() {
        return subscriber.probing().pollWrite(clock.lastReading(), hub.pacer());
    }

    private boolean isPulseDue() {
        return outlet.isSilent() || clock.lastReading() - outlet.lastFlush() >= PULSE_NANOS;
    }

    private Optional<End> expire() throws IOException {
        outlet.close(Control.expired());
        return Optional.of(End.EXPIRED);
    }

    private Optional<End> farewell() throws IOException {
        outlet.close(Control.retry(), Control.shutdown("stop"));
        return Optional.of(subscriber.ending());
    }

    /// Whether the search for the place to begin at may take a while, or the log has to be waited for.
    private boolean mayTakeTime() {
        return subscription.start().isSearched() || subscription.namedAfter(subscriber.joinedAt()).isPresent();
    }

    /// Sends one slice of history, and goes live when it was the last.
    ///
    /// Events from before the join come in slices of their own, because only this thread counts them.
    private void catchUp() throws IOException, InterruptedException {
        if (subscriber.pollLapse()) gapReason = Gap.EVICTED;
        boolean replay = subscriber.joinedAt().isAfter(position);
        var upTo = replay ? subscriber.joinedAt() : EventId.max(subscriber.joinedAt(), hub.offered());
        var portion = portions.next(position, upTo, this::wants);
        try {
            if (!sendAll(portion, replay)) return;
        } finally {
            portions.release();
        }
        position = portion.end();
        boolean complete = portion.complete();
        portion = null; // The flush may block for long.
        outlet.flush();
        if (Thread.interrupted()) throw new InterruptedException();
        if (complete && hub.goLive(subscriber, position)) gapReason = Gap.OVERFLOW;
        else Thread.yield(); // virtual threads are not time-sliced, and without a write this one blocks nowhere
        clock.read();
    }

    /// Sends the portion; false when the stream is over before the portion's end.
    private boolean sendAll(Portions.Portion portion, boolean replay) throws IOException, InterruptedException {
        for (var step : portion.steps()) {
            clock.read();
            if (outlet.isOver()) return false;
            switch (step) {
                case Step.Found found -> {
                    count(1, replay);
                    if (send(found.event())) ledger.replayed.increment();
                }
                case Step.Lost lost -> tellLoss(lost, replay);
            }
        }
        if (portion.loose() != null) {
            count(1, replay);
            if (send(portion.loose())) ledger.replayed.increment();
        }
        return true;
    }

    /// Sends the events that were taken; false when nothing is left and the subscriber must end.
    private boolean follow() throws IOException {
        clock.read();
        if (taken.isEmpty()) {
            subscriber.giveBackTaken();
            return subscriber.ending() == null || !subscriber.isLive() || !subscriber.isEmpty();
        }
        boolean sent = false;
        long firstOrderedAt = 0;
        for (int i = 0; i < taken.size(); i++) {
            if (outlet.isOver()) return true;
            count(1, false);
            if (!send(taken.get(i)) || sent) continue;
            sent = true;
            firstOrderedAt = taken.get(i).orderedAt();
        }
        position = EventId.max(position, taken.getLast().id());
        int events = taken.size();
        taken.clear();
        subscriber.giveBackTaken(); // Before the flush, which may block for long.
        outlet.flush();
        if (sent) ledger.latency.record(outlet.lastFlush() - firstOrderedAt);
        followed = events;
        return true;
    }

    /// Rests after events when it was busy a moment ago, because more events are then likely to come soon.
    ///
    /// A subscriber that gets an event now and then would only wake for nothing. The rest begins right before the
    /// thread waits. The turnstile may wake a thread that rests, and then counts on it to begin soon.
    private void rest() {
        if (followed == 0) return;
        long now = clock.lastReading();
        boolean busy = now - followedAt < Pacer.BUSY_NANOS;
        followedAt = now;
        if (busy && subscriber.ending() == null && subscriber.isLive()) {
            hub.pacer().rest(subscriber.parking(), now, followed);
        }
        followed = 0;
    }

    /// Tells a client after a silence how far the log has come, or sends a ping when the client knows that already.
    ///
    /// A subscriber that only searches does this sooner.
    private void keepAlive() throws IOException {
        boolean due = subscriber.isLive() ? outlet.isSilent() : isPulseDue();
        if (outlet.isOver() || !isProbeDue() && !due) return;
        if (!tellPosition()) outlet.send(Frame.PING);
        outlet.flush();
    }

    /// Tells the client how far the log has come for it, unless the client knows.
    private boolean tellPosition() throws IOException {
        var offered = hub.offered(); // First, and then the queue: all matched events up to here are queued by now.
        if (subscriber.isLive() && subscriber.isEmpty() && taken.isEmpty()) position = EventId.max(position, offered);
        if (told != null && !position.isAfter(told)) return false;
        told = position;
        outlet.send(Control.cursor(text(position)));
        return true;
    }

    /// Ends the stream for its age, and tells the client its position first.
    ///
    /// So a client of a quiet channel resumes where the log is now, and not at its last event.
    private End retire() throws IOException {
        if (position != null) tellPosition();
        outlet.close(Control.shortRetry(), Control.shutdown("age"));
        return End.MAX_AGE;
    }

    /// Sends the event if the subscriber wants it; false when it does not.
    ///
    /// The event is counted before it is sent. A client that has it and asks for the counters finds it counted.
    private boolean send(Event event) throws IOException {
        if (!wants(event)) {
            ledger.filtered.increment();
            return false;
        }
        subscriber.countSent();
        ledger.delivered.increment();
        outlet.send(event.frame());
        told = event.id();
        return true;
    }

    /// Sends an event that nothing holds while the client receives it.
    private boolean send(Portions.Loose loose) throws IOException, InterruptedException {
        if (!loose.wanted()) {
            ledger.filtered.increment();
            return false;
        }
        subscriber.countSent();
        ledger.delivered.increment();
        outlet.send(loose.length(), () -> portions.bytes(loose));
        told = loose.id();
        return true;
    }

    private boolean wants(Event event) {
        if (event.timestamp() < oldestWanted && !event.id().isAfter(subscriber.joinedAt())) return false;
        return filter.accepts(event);
    }

    /// Tells the client about a hole, and counts the events that are missing there.
    private void tellLoss(Step.Lost lost, boolean replay) throws IOException {
        if (lost.count() != Step.Lost.UNKNOWN) {
            count(lost.count(), replay);
            ledger.lost.add(lost.count());
        }
        boolean countable = subscription.filter().isOpen() && !(replay && oldestWanted != Start.ANY_TIME);
        tellGap(gapReason, lost.from(), lost.to(), countable ? lost.count() : Step.Lost.UNKNOWN);
    }

    private void tellGap(Gap gap, EventId from, EventId to, long lost) throws IOException {
        ledger.gaps.of(gap).increment();
        var number = lost == Step.Lost.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(lost);
        outlet.send(Control.gap(gap.wireName(), text(from), text(to), number));
    }

    private static String text(EventId place) {
        return place == null ? null : place.toString();
    }

    private static List<String> names(List<ChannelPattern> patterns) {
        var names = new ArrayList<String>();
        for (var pattern : patterns) names.add(pattern.text());
        return names;
    }

    /// Counts the events that this thread has come to.
    ///
    /// Events from before the join are counted here as matched. The hub has counted the others.
    private void count(long events, boolean replay) {
        if (replay) ledger.matched.add(events);
        else subscriber.settle(events);
    }
}
