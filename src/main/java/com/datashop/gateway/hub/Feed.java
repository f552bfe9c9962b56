package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/// Brings one subscriber everything after its cursor, in order: from history until it has caught up, then from its queue.
///
/// ```
///   greet ──▶ replay ──▶ catch up ──▶ follow ──▶ farewell
///         up to the join    ▲           │
///                           └───────────┘ overflow
/// ```
///
/// It runs on the subscriber's own thread and is all that runs there. `position` is the cursor: every event of the subscription up to
/// there was sent, held back by the filter, or told as lost. `told` is the last id that the client has been given.
final class Feed {
    private static final int FIRST_TURN = 16;
    private static final int LONGEST_TURN = 1 << 20;
    /// While it only searches it writes so often: of two writes to a client that has left, the second fails, and so it is
    /// noticed within a second.
    private static final long PULSE_NANOS = 400_000_000;

    private final Hub hub;
    private final Subscriber subscriber;
    private final Subscription subscription;
    private final Portions portions;
    private final Outlet outlet;
    private final Ledger ledger;
    private final ArrayList<Event> taken = new ArrayList<>();
    private Gap reason = Gap.EVICTED;
    private EventId position;
    private EventId told;
    private long followedAt = System.nanoTime() - Pacer.BUSY_NANOS;

    Feed(Hub hub, Subscriber subscriber, Portions portions, Outlet outlet, Ledger ledger) {
        this.hub = hub;
        this.subscriber = subscriber;
        this.subscription = subscriber.subscription();
        this.portions = portions;
        this.outlet = outlet;
        subscriber.writesTo(outlet);
        this.ledger = ledger;
    }

    /// Runs until the client is gone or the subscriber is asked to end, and says why.
    ///
    /// In turns, each longer than the one before: a frame that the interpreter has begun stays the interpreter's until it is left, and to park and unpark such a one takes
    /// the JVM a longer way. So a stream that was opened before its loop was compiled soon waits in one that is.
    End run() throws IOException, InterruptedException {
        var end = greet();
        for (int steps = FIRST_TURN; end.isEmpty(); steps = Math.min(2 * steps, LONGEST_TURN)) end = turn(steps);
        return end.get();
    }

    private Optional<End> turn(int steps) throws IOException, InterruptedException {
        for (int i = 0; i < steps; i++) {
            if (outlet.isExpired()) return expire();
            if (outlet.isAged()) return Optional.of(retire());
            if (!subscriber.isLive() && subscriber.isEmpty()) {
                catchUp();
            } else {
                subscriber.take(taken); // here it waits, in no more frames than it takes
                if (!follow()) return farewell();
            }
            keepAlive();
        }
        return Optional.empty();
    }

    /// Says where it begins, once that is found.
    private Optional<End> greet() throws IOException, InterruptedException {
        outlet.send(Control.retry());
        if (mayTakeTime()) outlet.flush(); // the head leaves now; else with the first message, which is one write less for each of many who come at once
        hub.reach(subscriber);
        var search = hub.search(subscription);
        boolean waited = false;
        for (; !search.step(); waited = true) {
            var end = waiting();
            if (end.isPresent()) return end;
        }
        if (waited) pulse(); // a client that left meanwhile is noticed by the second write: the first message is that
        var known = hub.place(subscription, subscriber.joinedAt(), search);
        position = known.orElseGet(() -> hub.beginning(subscription, subscriber.joinedAt()));
        told = known.orElse(null);
        outlet.send(Control.connection(subscriber, told));
        if (told == null) tell(Gap.UNKNOWN_ID, null, position, Step.Lost.UNKNOWN);
        outlet.flush();
        return Optional.empty();
    }

    /// Between two steps of the search for its place: shows the client that it is alive, and looks whether it is to go on.
    /// All that may be sent before the first message is a comment.
    private Optional<End> waiting() throws IOException, InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        outlet.lookAtClock();
        if (outlet.isExpired()) return expire();
        if (outlet.isAged()) return Optional.of(retire());
        if (subscriber.ending() != null) return farewell();
        if (subscriber.isProbed() || isToPulse()) pulse();
        Thread.yield(); // virtual threads are not time-sliced
        return Optional.empty();
    }

    private void pulse() throws IOException {
        outlet.send(Frame.PING);
        outlet.flush();
    }

    private boolean isToPulse() {
        return outlet.isSilent() || outlet.now() - outlet.lastFlush() >= PULSE_NANOS;
    }

    private Optional<End> expire() throws IOException {
        outlet.close(Control.expired());
        return Optional.of(End.EXPIRED);
    }

    private Optional<End> farewell() throws IOException {
        outlet.close(Control.retry(), Control.shutdown("stop"));
        return Optional.of(subscriber.ending());
    }

    /// Whether finding the place may mean looking through all of history, or waiting for a log that others write to.
    private boolean mayTakeTime() {
        var start = subscription.start();
        return start instanceof Start.Since || start instanceof Start.Newest || start instanceof Start.After(var id) && id.isAfter(subscriber.joinedAt());
    }

    /// Sends one slice of history; goes live when that was the last. What was there before the join is read by itself: nobody but this
    /// thread counts those events.
    private void catchUp() throws IOException, InterruptedException {
        if (subscriber.hasLapsed()) reason = Gap.EVICTED;
        boolean replay = subscriber.joinedAt().isAfter(position);
        var portion = portions.next(position, replay ? subscriber.joinedAt() : hub.newest(), this::wants);
        try {
            if (!send(portion, replay)) return;
        } finally {
            portions.release();
        }
        position = portion.end();
        boolean complete = portion.complete();
        portion = null; // the flush may block for long
        outlet.flush();
        if (Thread.interrupted()) throw new InterruptedException();
        if (complete && hub.goLive(subscriber, position)) reason = Gap.OVERFLOW;
        else Thread.yield(); // virtual threads are not time-sliced, and a slice that the filter holds back whole blocks nowhere
        outlet.lookAtClock();
    }

    /// Sends what was read; false when the stream is over before its end.
    private boolean send(Portions.Portion portion, boolean replay) throws IOException, InterruptedException {
        for (var step : portion.steps()) {
            outlet.lookAtClock();
            if (outlet.isOver()) return false;
            if (step instanceof Step.Found(var event)) {
                count(1, replay);
                if (send(event)) ledger.replayed.increment();
            } else {
                lose((Step.Lost) step, replay);
            }
        }
        if (portion.loose() != null) {
            count(1, replay);
            if (send(portion.loose())) ledger.replayed.increment();
        }
        return true;
    }

    /// Sends what was taken; false when nothing is left and the subscriber is to end.
    private boolean follow() throws IOException {
        outlet.lookAtClock();
        if (taken.isEmpty()) {
            subscriber.sent();
            return subscriber.ending() == null || !subscriber.isLive() || !subscriber.isEmpty();
        }
        boolean sent = false;
        long oldest = 0;
        for (int i = 0; i < taken.size(); i++) {
            if (outlet.isOver()) return true;
            count(1, false);
            if (!send(taken.get(i)) || sent) continue;
            sent = true;
            oldest = taken.get(i).orderedAt();
        }
        position = EventId.max(position, taken.getLast().id());
        int events = taken.size();
        taken.clear();
        subscriber.sent(); // before the flush, which may block for long
        outlet.flush();
        if (sent) ledger.latency.record(outlet.lastFlush() - oldest);
        rest(events);
        return true;
    }

    /// Rests when it has been busy a moment ago, and more is likely to come soon: one that gets an event now and then would wake for nothing.
    private void rest(int events) {
        boolean busy = outlet.now() - followedAt < Pacer.BUSY_NANOS;
        followedAt = outlet.now();
        if (busy && subscriber.ending() == null && subscriber.isLive()) hub.pacer().rest(subscriber.parking(), outlet.now(), events);
    }

    /// After a silence tells the client how far the log has come, or, when it knows, just that the stream is alive. One
    /// that searches says sooner how far it is.
    private void keepAlive() throws IOException {
        boolean due = subscriber.isLive() ? outlet.isSilent() : isToPulse();
        if (outlet.isOver() || !subscriber.isProbed() && !due) return;
        if (!tellPosition()) outlet.send(Frame.PING);
        outlet.flush();
    }

    /// Tells the client how far the log has come for it, unless the client knows.
    private boolean tellPosition() throws IOException {
        var newest = hub.newest(); // read before the queue is looked at: what was matched up to there has been queued
        if (subscriber.isLive() && subscriber.isEmpty() && taken.isEmpty()) position = EventId.max(position, newest);
        if (told != null && !position.isAfter(told)) return false;
        told = position;
        outlet.send(Control.cursor(position));
        return true;
    }

    /// Ends the stream for its age. A quiet one resumes where the log is now, and not at its last event.
    private End retire() throws IOException {
        if (position != null) tellPosition();
        outlet.close(Control.shortRetry(), Control.shutdown("age"));
        return End.MAX_AGE;
    }

    /// Sends the event, unless the subscriber does not want it; counted before, so that whoever got it and asks finds it counted.
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

    /// The same, of an event that nothing holds while its client takes it.
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
        if (subscription.start() instanceof Start.Since(long from) && event.timestamp() < from && !event.id().isAfter(subscriber.joinedAt()))
            return false;
        return subscription.filter().accepts(event);
    }

    private void lose(Step.Lost lost, boolean replay) throws IOException {
        if (lost.count() != Step.Lost.UNKNOWN) {
            count(lost.count(), replay);
            ledger.lost.add(lost.count());
        }
        boolean countable = subscription.filter().isOpen() && !(replay && subscription.start() instanceof Start.Since);
        tell(reason, lost.from(), lost.to(), countable ? lost.count() : Step.Lost.UNKNOWN);
    }

    private void tell(Gap gap, EventId from, EventId to, long lost) throws IOException {
        ledger.gaps.of(gap).increment();
        outlet.send(Control.gap(gap, from, to, lost));
    }

    /// Events that this thread has come to: those of before the join it is the first to know of, the others the hub has matched.
    private void count(long events, boolean replay) {
        if (replay) ledger.matched.add(events);
        else subscriber.settle(events);
    }
}
