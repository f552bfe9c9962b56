package com.datashop.gateway.log.shared;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.Registry;
import java.util.ArrayList;
import java.util.List;

/// Hands the entries that the reader has read to the tail, and settles the batches of this node among them.
///
/// It belongs to the reader's thread. Any thread may ask for its position.
final class Delivery {
    private static final System.Logger LOG = System.getLogger(BrokerLog.class.getName());

    private final Outbox outbox;
    private final Counter holes = new Counter();
    private final Counter foreign = new Counter();
    private final Counter tooLarge = new Counter();
    private final ArrayList<Event> run = new ArrayList<>();
    /// The batch of this node that the run belongs to; null when it is another node's, or nobody waits for it.
    private Pending batch;
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
        run.clear(); // A fault of the tail may have left events of the call before.
        batch = null;
        for (var entry : entries) {
            switch (entry) {
                case Entry.Stored stored -> add(stored);
                case Entry.Hole hole -> tell(hole);
                case Entry.TooLarge event -> tell(event);
                case Entry.Foreign foreign -> skip(foreign);
            }
        }
        handOver(false);
    }

    /// Adds an event to the run, which has the events of one batch.
    private void add(Entry.Stored entry) {
        var of = outbox.find(entry.token());
        if (of != batch) handOver(false);
        batch = of;
        run.add(entry.event());
        if (entry.last() && batch != null) {
            handOver(true);
            batch = null;
        }
    }

    private void tell(Entry.Hole entry) {
        handOver(false);
        holes.increment();
        tail.lost(entry.id());
        position = entry.id();
    }

    private void tell(Entry.TooLarge entry) {
        handOver(false);
        if (tooLarge.value() == 0) LOG.log(WARNING, "event=log-entry-too-large id=" + entry.id()
                + " note=\"this node can not hold it: subscribers are told a gap;"
                + " gateway_log_too_large_total counts it\"");
        tooLarge.increment();
        batch = outbox.find(entry.token());
        try {
            tail.missed(entry.channel(), entry.id());
            if (batch != null) batch.handedOver(entry.id(), entry.id(), 0, entry.last());
        } finally {
            position = entry.id();
        }
        if (entry.last()) batch = null;
    }

    private void skip(Entry.Foreign entry) {
        handOver(false);
        position = entry.id();
        if (foreign.value() == 0) LOG.log(WARNING, "event=log-foreign-entry id=" + entry.id()
                + " note=\"an entry that no gateway has written is left out;"
                + " gateway_log_foreign_total counts it\"");
        foreign.increment();
    }

    /// Hands the run to the tail, and notes it at the batch of this node that it belongs to.
    ///
    /// @param last whether it ends with the last event of the batch, which is then settled
    private void handOver(boolean last) {
        if (run.isEmpty()) return;
        var from = run.getFirst().id();
        var to = run.getLast().id();
        try {
            long delivered = tail.accept(List.copyOf(run));
            if (batch != null) batch.handedOver(from, to, delivered, last);
        } finally {
            // After the call, for those who wait for this place. And in any case: when a fault in the hub has taken
            // half of the events, they must not come again.
            position = to;
        }
        run.clear();
    }
}
