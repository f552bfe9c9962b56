package com.datashop.gateway.log.shared.rabbitmq;

/// Says which life of the log a message belongs to. The number of a life is a time, in milliseconds since 1970.
///
/// A message begins a life, and names the life that it ends. It counts only if that life is the present one. When two
/// nodes begin a life at the same time, all readers take the first message in the stream. Events name the life that
/// their node had read when it sent them. Events of a life that is over are void: their node reads them back, and sends
/// them again.
///
/// ```
///   0 life 7 after 0 │ 1 life 8 after 0 │ 2 events of 7 │ 3 life 9 after 7 │ 4 events of 7 │ 5 events of 9
///   begins           │ too late         │               │ begins, a gap    │ void          │
/// ```
final class Lives {
    /// The verdict on events: they belong to the present life, are void, or show that the next life has begun.
    enum Verdict { PRESENT, VOID, NEXT }

    private long present;
    /// False while only a message has named the present life that begins one: it may have come too late.
    private boolean certain;

    /// @param present the life of the place where reading begins; 0 when that is not known
    Lives(long present) {
        this.present = present;
        certain = present != 0;
    }

    /// The present life; 0 before any is known.
    long present() {
        return present;
    }

    /// Enters the life that the message begins; false when the message comes too late.
    boolean enter(long offset, MessageHead head) {
        boolean first = offset == 0 && !certain;
        if (!first && present != 0 && present != head.after()) return false;
        certain |= first;
        present = head.life();
        return true;
    }

    /// Enters the life that the message begins or belongs to, and returns whether the message has events that count.
    boolean enterByMessage(Messages message) {
        var head = message.head();
        if (head.kind() == MessageHead.Kind.LIFE) enter(message.offset(), head);
        return head.kind() == MessageHead.Kind.EVENTS && enterByEvents(head.life()) != Verdict.VOID;
    }

    /// Judges events of this life, and enters it if it is newer: then the message that begins it was not read.
    Verdict enterByEvents(long life) {
        if (certain && life < present) return Verdict.VOID;
        certain = true;
        if (life == present) return Verdict.PRESENT;
        present = life;
        return Verdict.NEXT;
    }
}
