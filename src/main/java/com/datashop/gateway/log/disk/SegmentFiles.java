package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import java.util.ArrayList;
import java.util.List;

/// The segments of the log, oldest first. Only the writer changes them. Any thread reads the list as it is now.
final class SegmentFiles {
    private final EventId origin;
    private volatile List<Segment> all;
    private volatile Runnable closing = () -> { };

    /// @param origin the place before the first event that the log ever held
    SegmentFiles(EventId origin, List<Segment> all) {
        this.origin = origin;
        this.all = List.copyOf(all);
    }

    EventId origin() {
        return origin;
    }

    List<Segment> all() {
        return all;
    }

    /// The place below which the segments have nothing: the one right before the oldest event.
    EventId floor() {
        var now = all;
        return now.isEmpty() ? EventId.MAX : now.getFirst().base();
    }

    /// The bytes of all segments.
    long bytes() {
        return all.stream().mapToLong(segment -> segment.mark().length()).sum();
    }

    void add(Segment segment) {
        var longer = new ArrayList<>(all);
        longer.add(segment);
        all = List.copyOf(longer);
        closing.run();
    }

    /// Sets a task that runs whenever a segment is closed, which is when the next one begins. It must return at once.
    void whenClosed(Runnable task) {
        closing = task;
    }

    void remove(Segment segment) {
        all = all.stream().filter(other -> other != segment).toList();
    }

    /// The index of the segment that may have the event after this place; -1 when the place is below all segments.
    static int indexOf(List<Segment> segments, EventId place) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (segments.get(middle).base().isAfter(place)) high = middle;
            else low = middle + 1;
        }
        return low - 1;
    }
}
