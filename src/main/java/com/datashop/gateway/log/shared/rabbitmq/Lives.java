package com.datashop.gateway.log.shared.rabbitmq;

/// Says which life of the log a message belongs to. A life is a number that rises, in milliseconds since 1970.
///
/// A life begins with a message that says so, and that names the life that it ends. It counts only if that one is the
/// present life. So when two nodes begin a life at the same time, the first in the stream counts for all readers.
/// Events name the life that their node had read when it sent them. Events of a life that is over are void: their node
/// reads them back, and sends them again.
///
/// ```
///   0 life 7 after 0 │ 1 life 8 after 0 │ 2 events of 7 │ 3 life 9 after 7 │ 4 events of 7 │ 5 events of 9
///   begins           │ too late         │               │ begins, a gap    │ void          │
/// ```
final class Lives {
    /// The ways in which a reader takes events: those of the present life, void ones, or those that show the next.
    enum Verdict { OURS, VOID, OF_NEXT }

    private long now;
    private boolean certain;

    /// @param now the life of the place where reading begins; 0 when that is not known
    Lives(long now) {
        this.now = now;
        certain = now != 0;
    }

    /// The present one; 0 before any is known.
    long now() {
        return now;
    }

    /// Takes note of a message that begins a life; false when it comes too late.
    boolean begins(long offset, Head head) {
        boolean first = offset == 0 && !certain;
        if (!first && now != 0 && now != head.after()) return false;
        certain |= first;
        now = head.life();
        return true;
    }

    /// Whether the message has events that count. It takes note of the life that the message begins or belongs to.
    boolean isEvents(Messages message) {
        var head = message.head();
        if (head.kind() == Head.Kind.LIFE) begins(message.offset(), head);
        return head.kind() == Head.Kind.EVENTS && events(head.life()) != Verdict.VOID;
    }

    /// Judges events of this life. A life that is not known begins with them, since its beginning was not read.
    Verdict events(long life) {
        if (certain && life < now) return Verdict.VOID;
        certain = true;
        if (life == now) return Verdict.OURS;
        now = life;
        return Verdict.OF_NEXT;
    }
}
