package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.HistoryReader;
import com.datashop.gateway.history.Step;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;

/// Brings one subscriber everything after its cursor, in order: from history until it has caught up, then from its queue.
///
/// ```
///   greet ──▶ catch up ──▶ follow ──▶ farewell
///                 ▲           │
///                 └───────────┘ overflow
/// ```
///
/// It runs on the subscriber's own thread and is all that runs there. `position` is the cursor: every event of the subscription up to
/// there was sent, held back by the filter, or told as lost. `told` is the last id that the client has been given.
final class Feed {
    private final Hub hub;
    private final Subscriber subscriber;
    private final Subscription subscription;
    private final HistoryReader reader;
    private final Outlet outlet;
    private final long heartbeat;
    private final ArrayList<Event> taken = new ArrayList<>();
    private Gap reason = Gap.EVICTED;
    private EventId position;
    private EventId told;

    /// @param heartbeat the longest silence
    Feed(Hub hub, Subscriber subscriber, HistoryReader reader, Outlet outlet, Duration heartbeat) {
        this.hub = hub;
        this.subscriber = subscriber;
        this.subscription = subscriber.subscription();
        this.reader = reader;
        this.outlet = outlet;
        this.heartbeat = heartbeat.toNanos();
    }

    /// Runs until the client is gone or the subscriber is asked to end, and says why.
    End run() throws IOException, InterruptedException {
        greet();
        while (true) {
            if (!subscriber.isLive() && subscriber.isEmpty()) {
                catchUp();
            } else if (!follow()) {
                outlet.send(Control.retry());
                outlet.send(Control.shutdown());
                outlet.flush();
                return subscriber.ending();
            }
            keepAlive();
        }
    }

    private void greet() throws IOException {
        var known = hub.place(subscription, subscriber.joinedAt());
        position = known.orElseGet(() -> hub.beginning(subscription));
        told = known.orElse(null);
        outlet.send(Control.retry());
        outlet.send(Control.connection(subscriber, told));
        if (told == null) outlet.send(Control.gap(Gap.UNKNOWN_ID, null, position, Step.Lost.UNKNOWN));
        outlet.flush();
    }

    /// Sends one slice of history; goes live when that was the last.
    private void catchUp() throws IOException {
        var slice = reader.next(position, hub.newest());
        for (var step : slice.steps()) {
            switch (step) {
                case Step.Found(var event) -> send(event);
                case Step.Lost lost -> tell(lost);
            }
        }
        position = slice.end();
        outlet.flush();
        if (slice.complete() && hub.goLive(subscriber, position)) reason = Gap.OVERFLOW;
    }

    /// Sends what is queued, waiting for it up to the next heartbeat; false when nothing is left and the subscriber is to end.
    private boolean follow() throws IOException, InterruptedException {
        subscriber.take(taken, Math.max(0, heartbeat - outlet.idle()));
        if (taken.isEmpty()) return subscriber.ending() == null || !subscriber.isLive() || !subscriber.isEmpty();
        for (var event : taken) send(event);
        position = EventId.max(position, taken.getLast().id());
        taken.clear();
        outlet.flush();
        return true;
    }

    /// After a silence tells the client how far the log has come, or, when it knows, just that the stream is alive.
    private void keepAlive() throws IOException {
        if (outlet.idle() < heartbeat) return;
        var newest = hub.newest(); // read before the queue is looked at: what was matched up to there has been queued
        if (subscriber.isLive() && subscriber.isEmpty()) position = EventId.max(position, newest);
        if (told == null || position.isAfter(told)) {
            told = position;
            outlet.send(Control.cursor(position));
        } else {
            outlet.send(Frame.PING);
        }
        outlet.flush();
    }

    private void send(Event event) throws IOException {
        if (!wants(event)) return;
        subscriber.countSent();
        outlet.send(event.frame());
        told = event.id();
    }

    private boolean wants(Event event) {
        if (subscription.start() instanceof Start.Since(long from) && event.timestamp() < from && !event.id().isAfter(subscriber.joinedAt()))
            return false;
        return subscription.filter().accepts(event);
    }

    private void tell(Step.Lost lost) throws IOException {
        boolean countable = subscription.filter().isOpen() && !(subscription.start() instanceof Start.Since);
        outlet.send(Control.gap(reason, lost.from(), lost.to(), countable ? lost.count() : Step.Lost.UNKNOWN));
    }
}
