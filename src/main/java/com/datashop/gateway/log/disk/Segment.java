package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import java.util.regex.Pattern;

/// One file of the log, and its end.
///
/// Only the log's writer changes it. Readers go as far as [#mark] says.
final class Segment {
    private static final Pattern NAME = Pattern.compile("([0-9]{16})\\.log");

    private final long number;
    private final Header header;
    private volatile Mark mark;
    private volatile Contents contents;
    private volatile Index index;

    /// @param number the number of the file; later segments have higher numbers
    Segment(long number, Header header, Mark mark) {
        this.number = number;
        this.header = header;
        this.mark = mark;
    }

    /// The number of the segment's file; -1 when the name is not a segment's.
    static long number(String name) {
        var parts = NAME.matcher(name);
        return parts.matches() ? Long.parseLong(parts.group(1)) : -1;
    }

    static String name(long number) {
        return String.format("%016d.log", number);
    }

    long number() {
        return number;
    }

    String name() {
        return name(number);
    }

    Header header() {
        return header;
    }

    /// The place right before its first event.
    EventId base() {
        return header.base();
    }

    /// The end of the part that belongs to the log.
    Mark mark() {
        return mark;
    }

    void setMark(Mark end) {
        mark = end;
    }

    /// Its contents; null when nobody has looked yet.
    Contents contents() {
        return contents;
    }

    void setContents(Contents known) {
        contents = known;
    }

    /// Its index; null when there is none. Then its records must be read one after the other.
    Index index() {
        return index;
    }

    void setIndex(Index made) {
        index = made;
    }

    /// Whether no event is missing between these two of this segment.
    ///
    /// @param last the event before, or the segment's base
    boolean follows(EventId id, EventId last) {
        if (id.major() == last.major()) return id.minor() == last.minor() + 1;
        return id.minor() == 1 && last.equals(base());
    }

    /// Whether each of its events is older; false when nobody has looked yet.
    ///
    /// @param milliseconds since 1970
    boolean isOlder(long milliseconds) {
        var known = contents;
        var made = index;
        if (known != null) return known.newestTimestamp() < milliseconds;
        return made != null && made.newestTimestamp() < milliseconds;
    }

    /// A place in it up to which every event is older.
    EventId olderUpTo(long milliseconds) {
        var known = contents;
        var made = index;
        if (known != null) return known.olderUpTo(milliseconds, base());
        return made != null ? made.olderUpTo(milliseconds) : base();
    }

    /// A position in the file.
    ///
    /// @param length the length of the file up to there, in bytes
    /// @param last the id of the last event before it, or the segment's base; null when nobody has looked yet
    record Mark(long length, EventId last) { }

    @Override
    public String toString() {
        return name();
    }
}
