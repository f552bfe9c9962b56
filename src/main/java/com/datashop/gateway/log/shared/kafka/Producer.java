package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.shared.Pending;
import java.time.Duration;
import java.util.List;

/// Remembers what a node has sent, from one connection to the next, so that a batch that is sent again is stored once.
///
/// ```
///   no id ──▶ id, sequence 0 ──▶ sent: waits for the answer ──▶ answered: the sequence is that much higher
///     ▲                             │ cut: the same again, under the same sequence
///     └─────────────────────────────┘ the broker knows neither, or its publisher does not wait any more
/// ```
///
/// The broker takes a sequence once, whatever is sent under it (KIP-98). So a batch is never replaced by another one
/// under its sequence, unless the broker has said that it is not stored. An object of this type belongs to the thread
/// that writes.
final class Producer {
    /// The time that a publisher waits. An older batch is not sent again: its publisher got 503, "not known".
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Id id;
    private int sequence;
    private Sent sent;

    /// Its id; null when it needs one.
    Id id() {
        return id;
    }

    /// Begins anew under this id.
    void begin(Id id) {
        this.id = id;
        sequence = 0;
        sent = null;
    }

    /// Forgets the id and the batch that was sent. That batch may be stored, and is not sent again.
    void forget() {
        id = null;
        sent = null;
    }

    /// Forgets both if the batch is too old to be sent again.
    void forgetOld() {
        if (sent != null && System.nanoTime() - sent.at() > PATIENCE.toNanos()) forget();
    }

    int sequence() {
        return sequence;
    }

    /// The batch that was sent and not answered; null when there is none.
    Sent sent() {
        return sent;
    }

    /// Notes a record batch that is sent now, under the next sequence.
    void noteSending(List<Pending> publishes, boolean zipped) {
        int records = publishes.stream().mapToInt(Pending::events).sum();
        sent = new Sent(List.copyOf(publishes), records, zipped, System.nanoTime());
    }

    /// The record batch that was sent, under its sequence.
    ///
    /// @param birth the birth of the life by now
    byte[] batch(long birth) {
        return BatchEncoder.batch(sent.publishes().stream().map(Pending::request).toList(), birth, id, sequence,
                sent.zipped());
    }

    /// Notes that the batch is stored: the next one has the next sequence.
    void noteStored() {
        sequence = (int) ((sequence + (long) sent.records()) & Integer.MAX_VALUE);
        sent = null;
    }

    /// Notes that the batch is not stored: its sequence is free.
    void noteRefused() {
        sent = null;
    }

    /// The name by which a broker knows the producer.
    record Id(long id, short epoch) {
        static final Id NONE = new Id(-1, (short) -1);
    }

    /// A record batch on its way.
    ///
    /// @param at when it was sent first, by [System#nanoTime()]
    record Sent(List<Pending> publishes, int records, boolean zipped, long at) { }
}
