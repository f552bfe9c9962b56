package com.datashop.gateway.hub;

import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.CounterFamily;
import com.datashop.gateway.metrics.Histogram;
import com.datashop.gateway.metrics.Registry;

/// Counts what became of every event, for every subscriber that should get it.
///
/// The counts balance. An event for a subscriber is matched once. Then it is delivered, held back by the filter, told
/// as lost, or undelivered because the client left first:
///
/// ```
///   matched = delivered + filtered + lost + undelivered     once the queues are empty
/// ```
public final class Ledger {
    final Counter matched = new Counter();
    final Counter delivered = new Counter();
    final Counter replayed = new Counter();
    final Counter filtered = new Counter();
    final Counter looks = new Counter();
    final Counter lost = new Counter();
    final Counter undelivered = new Counter();
    final Counter overflows = new Counter();
    final Counter bytes = new Counter();
    final CounterFamily<Gap> gaps = new CounterFamily<>("reason", Gap.class);
    final CounterFamily<End> ends = new CounterFamily<>("reason", End.class);
    /// The seconds from a live event's place in the log to the write that it left with.
    final Histogram latency =
            new Histogram(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    /// Writes the counts as members of an open object.
    public void writeTo(JsonWriter out) {
        out.name("events").beginObject().member("matched", matched.value()).member("delivered", delivered.value())
                .member("replayed", replayed.value()).member("filtered", filtered.value())
                .member("lost", lost.value()).member("undelivered", undelivered.value()).endObject();
        out.member("overflows", overflows.value()).member("bytesSent", bytes.value()).member("gaps", gaps.json())
                .member("ends", ends.json());
        latency.distribution().writeTo(out.name("latency"));
    }

    /// Registers the counters under their names.
    public void declare(Registry registry) {
        registry.declare("gateway_events_matched_total", "Events that were for a subscriber, counted for each one.",
                matched);
        registry.declare("gateway_events_delivered_total", "Events sent to a subscriber, live or from history.",
                delivered);
        registry.declare("gateway_events_replayed_total",
                "Events sent to a subscriber from history: a part of those delivered.", replayed);
        registry.declare("gateway_events_filtered_total", "Events that a subscriber's level, q or since held back.",
                filtered);
        registry.declare("gateway_filter_looks_total",
                "Times that q, not and where of streams were looked for in an event. Equal filters look once.", looks);
        registry.declare("gateway_events_lost_total",
                "Events that history had forgotten before a subscriber got them: told as gaps.", lost);
        registry.declare("gateway_events_undelivered_total",
                "Events that were still to be sent when their subscriber left.", undelivered);
        registry.declare("gateway_gaps_total", "Gaps told, by reason.", gaps);
        registry.declare("gateway_queue_overflows_total",
                "Times that a subscriber's queue was full, so that it fell back to history.", overflows);
        registry.declare("gateway_stream_bytes_total", "Bytes of events and control messages sent on streams.", bytes);
        registry.declare("gateway_stream_ends_total", "Streams that ended, by reason.", ends);
        registry.declare("gateway_delivery_latency_seconds",
                "From an event's place in the log to its write to a live subscriber.", latency);
    }
}
