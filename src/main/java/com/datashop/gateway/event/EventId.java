package com.datashop.gateway.event;

import java.util.Optional;

/// A place in the log: `MAJOR-MINOR`, two unsigned 64-bit numbers compared as a pair.
///
/// It says where an event stands in the one order that all subscribers of all nodes see; so it is also a cursor:
/// "everything up to here has been seen".
public record EventId(long major, long minor) implements Comparable<EventId> {
    /// Before everything: no log issues it.
    public static final EventId ZERO = new EventId(0, 0);
    /// After everything: no log issues it.
    public static final EventId MAX = new EventId(-1L, -1L);

    /// Two numbers of at most 20 digits and a dash.
    private static final int MAX_LENGTH = 41;

    /// Reads an id; empty when the text is not one.
    public static Optional<EventId> parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1 || dash == text.length() - 1 || text.length() > MAX_LENGTH) return Optional.empty();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i != dash && (c < '0' || c > '9')) return Optional.empty();
        }
        try {
            return Optional.of(new EventId(Long.parseUnsignedLong(text, 0, dash, 10),
                    Long.parseUnsignedLong(text, dash + 1, text.length(), 10)));
        } catch (NumberFormatException beyond64Bits) {
            return Optional.empty();
        }
    }

    /// The place right before this one, issued or not: a reader that stands there gets this event next.
    public EventId previous() {
        if (minor != 0) return new EventId(major, minor - 1);
        return major == 0 ? ZERO : new EventId(major - 1, -1L);
    }

    /// The place right after this one; the last place is its own.
    public EventId next() {
        if (minor != -1L) return new EventId(major, minor + 1);
        return major == -1L ? MAX : new EventId(major + 1, 0);
    }

    public boolean isAfter(EventId other) {
        return compareTo(other) > 0;
    }

    /// The later of two places.
    public static EventId max(EventId a, EventId b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /// The earlier of two places.
    public static EventId min(EventId a, EventId b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    @Override
    public int compareTo(EventId other) {
        int byMajor = Long.compareUnsigned(major, other.major);
        return byMajor != 0 ? byMajor : Long.compareUnsigned(minor, other.minor);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(major) + "-" + Long.toUnsignedString(minor);
    }
}
