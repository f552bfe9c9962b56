package com.datashop.gateway.log.shared.rabbitmq;

/// Which life of the log a message belongs to: a number, in milliseconds since 1970, that rises with each life.
///
/// A life begins with a message that says so, and which life it ends. It counts only if it is that life's turn: so of
/// two nodes that begin one at the same time, the first in the stream has done it, for all who read. Events name the life
/// that their node had read when it sent them. Those of a life that is over are void: their node reads them back, and
/// sends them again.
///
/// ```
///   offset   0 life 7 after 0 │ 1 life 8 after 0 │ 2 events of 7 │ 3 life 9 after 7 │ 4 events of 7 │ 5 events of 9
///            begins           │ too late         │               │ begins, a gap    │ void          │
/// ```
final class Lives {
    /// What events are to a reader.
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

    /// Takes note of a message that begins a life; true when it has.
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

    /// What events of this life are. One that is not known begins with them: its beginning is not read, or gone.
    Verdict events(long life) {
        if (certain && life < now) return Verdict.VOID;
        certain = true;
        if (life == now) return Verdict.OURS;
        now = life;
        return Verdict.OF_NEXT;
    }
}
