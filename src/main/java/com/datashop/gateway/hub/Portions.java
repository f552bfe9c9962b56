package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.Predicate;

/// Reads the past for one subscriber, in slices for which the heap's budget has room.
///
/// ```
///   the budget has room for       what is read
///   the slice                     the slice
///   a part                        a quarter of it, and so on, one event at the least
///   not even one event            a loose event: the budget holds no bytes for it while its client receives it
/// ```
///
/// So every subscriber makes progress, even when others have stalled and hold the whole budget.
final class Portions {
    /// A slice that does not fit is cut to its cost divided by this.
    private static final int SHORTER = 4;

    private final Reader reader;
    private final HeapBudget heap;
    private long held;

    Portions(Reader reader, HeapBudget heap) {
        this.reader = reader;
        this.heap = heap;
    }

    /// Reads the next portion after `after`, as far as `upTo`. It is held until [#release].
    ///
    /// @param wanted whether the subscriber wants an event; a loose event is tested at once
    Portion next(EventId after, EventId upTo, Predicate<Event> wanted) throws InterruptedException {
        var slice = reader.next(after, upTo);
        long cost = cost(slice.steps());
        while (true) {
            if (cost <= Allowance.FREE_BYTES) return whole(slice);
            if (heap.take(Use.QUEUES, cost)) {
                held = cost;
                return whole(slice);
            }
            int index = firstEvent(slice.steps());
            if (isLast(slice.steps(), index)) return loose(slice, index, wanted);
            slice = shorter(slice, index, cost / SHORTER);
            cost = cost(slice.steps());
        }
    }

    /// Gives back the budget of the last portion, which was sent or is not needed any more.
    void release() {
        if (held > 0) heap.give(Use.QUEUES, held);
        held = 0;
    }

    /// The bytes of a loose event, which are read again if necessary. The caller must not keep them.
    ///
    /// @throws Forgotten when history has forgotten the event since
    byte[] bytes(Loose loose) throws IOException, InterruptedException {
        var frame = loose.frame.get();
        if (frame == null) frame = readAgain(loose);
        return frame.bytes();
    }

    private Frame readAgain(Loose loose) throws IOException, InterruptedException {
        for (var step : reader.next(loose.id.previous(), loose.id).steps()) {
            var event = step.event();
            if (event == null || !event.id().equals(loose.id)) continue;
            loose.frame = new WeakReference<>(event.frame());
            return event.frame();
        }
        throw new Forgotten(loose.id);
    }

    /// A portion of the whole slice.
    private static Portion whole(Slice slice) {
        return new Portion(slice.steps(), null, slice.end(), slice.complete());
    }

    /// A portion of the holes before the event, and of the event itself as a loose one.
    private static Portion loose(Slice slice, int index, Predicate<Event> wanted) {
        var event = slice.steps().get(index).event();
        return new Portion(List.copyOf(slice.steps().subList(0, index)), new Loose(event, wanted.test(event)),
                event.id(), false);
    }

    /// The first steps that together cost no more than this, but at least the first event and the holes before it.
    private static Slice shorter(Slice slice, int firstEvent, long cost) {
        var steps = slice.steps();
        long costs = 0;
        int end = firstEvent;
        for (int i = firstEvent; i < steps.size(); i++) {
            var event = steps.get(i).event();
            if (event == null) continue;
            costs += Allowance.cost(event);
            if (i > firstEvent && costs > cost) break;
            end = i;
        }
        return new Slice(List.copyOf(steps.subList(0, end + 1)), steps.get(end).event().id(), false);
    }

    private static int firstEvent(List<Step> steps) {
        int index = 0;
        while (steps.get(index).isHole()) index++;
        return index;
    }

    private static boolean isLast(List<Step> steps, int index) {
        return steps.subList(index + 1, steps.size()).stream().allMatch(Step::isHole);
    }

    private static long cost(List<Step> steps) {
        long cost = 0;
        for (var step : steps) if (!step.isHole()) cost += Allowance.cost(step.event());
        return cost;
    }

    /// A piece of the past.
    ///
    /// @param loose an event after the steps, or null
    /// @param end the reader's place after it
    /// @param complete whether it ends where the caller asked for
    record Portion(List<Step> steps, Loose loose, EventId end, boolean complete) { }

    /// A loose event: nothing holds it. Its bytes are looked up when they are needed.
    static final class Loose {
        private final EventId id;
        private final int length;
        private final boolean wanted;
        private WeakReference<Frame> frame;

        private Loose(Event event, boolean wanted) {
            this.wanted = wanted;
            id = event.id();
            length = event.frame().length();
            frame = new WeakReference<>(event.frame());
        }

        EventId id() {
            return id;
        }

        boolean wanted() {
            return wanted;
        }

        /// The length of its frame in bytes.
        int length() {
            return length;
        }
    }

    /// History has forgotten an event that was being sent.
    static final class Forgotten extends IOException {
        private static final long serialVersionUID = 1L;

        Forgotten(EventId id) {
            super("event " + id + " was forgotten while it was being sent");
        }
    }
}
