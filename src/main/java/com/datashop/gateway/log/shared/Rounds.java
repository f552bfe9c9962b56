package com.datashop.gateway.log.shared;

/// Tells those who wait whether the reader has come to the end of the log since they began to wait.
///
/// The reader asks the broker in rounds. Only the reader changes an object of this type. Any thread may take a ticket,
/// and ask whether it is served.
///
/// ```
///              ask                                 answer
///   BETWEEN ──────────▶ ASKED                     ──────────▶ BETWEEN ──▶ ...
///      │                (may have looked already)
///      │ ticket            │ ticket
///      ▼                   ▼
///   the next round      this round serves it if its answer is empty: then no entry had come before the answer;
///   serves it           else the next round does, because an answer with events may be older than the ticket
/// ```
///
/// A round serves only if its answer is the end of the log. If it is not, a later one does.
///
/// Each round has two numbers: an odd one while it is asked, and the even one after it. A ticket is the number after
/// the present one.
final class Rounds {
    /// The number of the present round; even between two rounds.
    private volatile long now;
    /// The highest ticket that is served.
    private volatile long served;
    private volatile boolean atEnd;
    private volatile long endedAt = System.nanoTime();

    /// A ticket, for a caller that waits for all that is in the log now.
    long ticket() {
        return now + 1;
    }

    /// Whether the reader has read all that was in the log when the ticket was taken.
    boolean isServed(long ticket) {
        return served >= ticket;
    }

    /// Whether the reader has ever come to the end.
    boolean hasEnded() {
        return served > 0;
    }

    /// Notes that the reader asks. If the last round failed before its answer, a new one begins.
    void ask() {
        now = now % 2 == 0 ? now + 1 : now + 2;
    }

    /// Notes that the answer has come, and that all of it was handed over.
    ///
    /// @param atEnd whether the log had no more entries than that
    void answered(boolean isEmpty, boolean atEnd) {
        long round = now;
        now = round + 1; // a ticket that is taken from here on waits for the next round
        this.atEnd = atEnd;
        if (!atEnd) return;
        endedAt = System.nanoTime();
        served = isEmpty ? round + 1 : round;
    }

    /// How long the reader has not been at the end of the log, in nanoseconds.
    ///
    /// @param connected whether it is connected; a reader that waits at the end for more entries counts as at the end
    long behind(boolean connected) {
        return connected && atEnd ? 0 : System.nanoTime() - endedAt;
    }
}
