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

/// Reads the past for one subscriber, in slices as large as the budget has room for.
///
/// ```
///   the budget has room for       what is read
///   the slice                     the slice
///   a part                        a quarter of it, and so on, one event at the least
///   not even one event            a loose one: nothing holds it while its client takes it but whoever else holds it
/// ```
///
/// So every subscriber makes progress, however many have stalled and hold all that there is.
final class Portions {
    private static final int SHORTER = 4;

    private final Reader reader;
    private final HeapBudget heap;
    private long held;

    Portions(Reader reader, HeapBudget heap) {
        this.reader = reader;
        this.heap = heap;
    }

    /// What comes after `after`, as far as `upTo`. It is held until [#release].
    ///
    /// @param wanted whether the subscriber wants the event: a loose one is looked at before it is sent
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

    /// The last portion was sent, or is not needed any more.
    void release() {
        if (held > 0) heap.give(Use.QUEUES, held);
        held = 0;
    }

    /// The bytes of a loose event, read again if need be. Whoever asks must not keep them.
    ///
    /// @throws Forgotten when history has forgotten the event since
    byte[] bytes(Loose loose) throws IOException, InterruptedException {
        var frame = loose.frame.get();
        if (frame == null) frame = again(loose);
        return frame.bytes();
    }

    private Frame again(Loose loose) throws IOException, InterruptedException {
        for (var step : reader.next(loose.id.previous(), loose.id).steps()) {
            if (!(step instanceof Step.Found(var event)) || !event.id().equals(loose.id)) continue;
            loose.frame = new WeakReference<>(event.frame());
            return event.frame();
        }
        throw new Forgotten(loose.id);
    }

    private static Portion whole(Slice slice) {
        return new Portion(slice.steps(), null, slice.end(), slice.complete());
    }

    /// The holes before the event, and the event itself not held.
    private static Portion loose(Slice slice, int index, Predicate<Event> wanted) {
        var event = ((Step.Found) slice.steps().get(index)).event();
        return new Portion(List.copyOf(slice.steps().subList(0, index)), new Loose(event, wanted.test(event)), event.id(), false);
    }

    /// As many of the steps as cost no more than this, and at least the first event with the holes before it.
    private static Slice shorter(Slice slice, int firstEvent, long cost) {
        var steps = slice.steps();
        long costs = 0;
        int end = firstEvent;
        for (int i = firstEvent; i < steps.size(); i++) {
            if (!(steps.get(i) instanceof Step.Found(var event))) continue;
            costs += Allowance.cost(event);
            if (i > firstEvent && costs > cost) break;
            end = i;
        }
        return new Slice(List.copyOf(steps.subList(0, end + 1)), ((Step.Found) steps.get(end)).event().id(), false);
    }

    private static int firstEvent(List<Step> steps) {
        int index = 0;
        while (!(steps.get(index) instanceof Step.Found)) index++;
        return index;
    }

    private static boolean isLast(List<Step> steps, int index) {
        return steps.subList(index + 1, steps.size()).stream().noneMatch(Step.Found.class::isInstance);
    }

    private static long cost(List<Step> steps) {
        long cost = 0;
        for (var step : steps) if (step instanceof Step.Found(var event)) cost += Allowance.cost(event);
        return cost;
    }

    /// A piece of the past.
    ///
    /// @param loose an event after the steps, or null
    /// @param end where the reader stands after it
    /// @param complete whether that is as far as was asked for
    record Portion(List<Step> steps, Loose loose, EventId end, boolean complete) { }

    /// An event that is not held.
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

        /// Of its frame, in bytes.
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
