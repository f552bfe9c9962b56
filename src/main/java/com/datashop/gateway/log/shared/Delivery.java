package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.Registry;
import java.util.ArrayList;
import java.util.List;

/// Hands to the tail what the reader has read, and settles the batches of this node among it.
///
/// The reader's thread calls it. Any thread may ask for its position.
final class Delivery {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());

    private final Outbox outbox;
    private final Counter holes = new Counter();
    private final Counter foreign = new Counter();
    private final Counter tooLarge = new Counter();
    private Tail tail;
    private volatile EventId position;

    /// @param from the place after which it hands over
    Delivery(Outbox outbox, EventId from) {
        this.outbox = outbox;
        position = from;
    }

    /// Sets the tail. Called once, before the reader starts.
    void begin(Tail tail) {
        this.tail = tail;
    }

    /// The place up to which everything is handed over.
    EventId position() {
        return position;
    }

    /// The number of times that the broker had lost events.
    long holes() {
        return holes.value();
    }

    void declare(Registry registry) {
        registry.declare("gateway_log_holes_total",
                "Times that the broker had lost events, or dropped them before this node had read them.", holes);
        registry.declare("gateway_log_foreign_total",
                "Entries of the log that no gateway has written, and that were left out.", foreign);
        registry.declare("gateway_log_too_large_total",
                "Events of the log that are larger than this node can hold: its subscribers are told a gap.", tooLarge);
    }

    /// Hands the entries to the tail. It calls the tail once for each stretch of events of one batch of this node.
    void accept(List<Entry> entries) {
        var run = new ArrayList<Event>();
        Pending own = null;
        for (var entry : entries) {
            switch (entry) {
                case Entry.Stored(var event, var token, boolean last) -> {
                    var pending = outbox.find(token);
                    if (pending != own) handOver(run, own, false);
                    own = pending;
                    run.add(event);
                    if (last && own != null) {
                        handOver(run, own, true);
                        own = null;
                    }
                }
                case Entry.Hole(var id) -> {
                    handOver(run, own, false);
                    holes.increment();
                    tail.lost(id);
                    position = id;
                }
                case Entry.TooLarge(var id, var channel, var token, boolean last) -> {
                    handOver(run, own, false);
                    if (tooLarge.value() == 0) LOG.log(WARNING, "event=log-entry-too-large id=" + id
                            + " note=\"this node can not hold it: subscribers are told a gap;"
                            + " gateway_log_too_large_total counts it\"");
                    tooLarge.increment();
                    own = outbox.find(token);
                    try {
                        tail.missed(channel, id);
                        if (own != null) own.handedOver(id, id, 0, last);
                    } finally {
                        position = id;
                    }
                    if (last) own = null;
                }
                case Entry.Foreign(var id) -> {
                    handOver(run, own, false);
                    position = id;
                    if (foreign.value() == 0) LOG.log(WARNING, "event=log-foreign-entry id=" + id
                            + " note=\"an entry that no gateway has written is left out;"
                            + " gateway_log_foreign_total counts it\"");
                    foreign.increment();
                }
            }
        }
        handOver(run, own, false);
    }

    private void handOver(List<Event> run, Pending own, boolean last) {
        if (run.isEmpty()) return;
        var from = run.getFirst().id();
        var to = run.getLast().id();
        try {
            long delivered = tail.accept(List.copyOf(run));
            if (own != null) own.handedOver(from, to, delivered, last);
        } finally {
            // After the call, for those who wait for this place. And in any case: when a fault in the hub has taken
            // half of the events, they must not come again.
            position = to;
        }
        run.clear();
    }
}
