package com.datashop.gateway.history;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelHistory.Run;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Reads a set of channels from memory in log order, slice by slice, and comes upon every hole where it is.
///
/// ```
///   place ──▶ each channel: evicted ids, held events ──▶ merge by id ──▶ Lost, Found, Found, Lost, Found ... ──▶ next place
/// ```
///
/// It belongs to one thread. Nothing is locked between two slices, so what is evicted meanwhile is a hole in the next one.
public final class HistoryReader implements Reader {
    /// A slice holds at least this many events, when there are as many: enough to make a visit to each channel worth it.
    private static final int SLICE_EVENTS = 256;
    /// A slice ends after this many bytes of frames, so that a reader of large events pins no more than this and one event; but one that
    /// follows many channels may have some for each, to make the visits worth it.
    private static final long SLICE_BYTES = 256 * 1024;
    private static final long SLICE_BYTES_A_CHANNEL = 256;
    private static final int NO_GENERATION = -1;
    private static final Comparator<Run> BY_NEXT_EVENT = Comparator.comparing(run -> run.peek().id());

    private final History history;
    private final ChannelSet set;
    private Collection<ChannelHistory> channels;
    private int generation = NO_GENERATION;
    private EventId toldUnknown = EventId.ZERO;

    HistoryReader(History history, ChannelSet set) {
        this.history = history;
        this.set = set;
    }

    @Override
    public Slice next(EventId after, EventId upTo) {
        if (!upTo.isAfter(after)) return new Slice(List.of(), after, true);
        resolve();
        int max = Math.max(SLICE_EVENTS, channels.size());
        var floor = floor();
        var runs = new ArrayList<Run>();
        for (var channel : channels) {
            if (!channel.lastId().isAfter(after)) continue;
            var run = channel.read(after, upTo, max);
            runs.add(run);
            floor = EventId.max(floor, run.floor);
        }
        floor = EventId.min(floor, upTo);
        var events = new ArrayList<Event>();
        boolean complete = merge(runs, max, Math.max(SLICE_BYTES, runs.size() * SLICE_BYTES_A_CHANNEL), events);
        var end = complete ? upTo : events.getLast().id();
        var steps = steps(events, holes(runs, events, after, end, floor));
        if (complete) forgetChannels();
        return new Slice(steps, end, complete);
    }

    /// The place after which nothing that the set had is missing.
    public EventId completeAfter() {
        resolve();
        return channels.stream().map(ChannelHistory::completeAfter).reduce(floor(), EventId::max);
    }

    /// The place up to which a channel of the set may be missing because nothing is left of it.
    private EventId floor() {
        return set.isExact() && channels.size() == set.patterns().size() ? EventId.ZERO : history.forgotten();
    }

    /// One that has caught up may not read again for hours, and its list of channels may be a long one.
    private void forgetChannels() {
        channels = null;
        generation = NO_GENERATION;
    }

    private void resolve() {
        int now = history.generation();
        if (now == generation) return;
        channels = history.matching(set);
        generation = now;
    }

    /// Takes the runs' events in order until they or the slice's bounds are spent; true when the events are.
    private static boolean merge(List<Run> runs, int max, long maxBytes, List<Event> into) {
        var queue = new PriorityQueue<Run>(Math.max(1, runs.size()), BY_NEXT_EVENT);
        for (var run : runs) if (run.peek() != null) queue.add(run);
        long bytes = 0;
        while (!queue.isEmpty()) {
            if (into.size() >= max || bytes >= maxBytes) return false;
            var run = queue.remove();
            var event = run.peek();
            into.add(event);
            bytes += event.frame().length();
            run.take();
            if (run.peek() != null) queue.add(run);
        }
        return into.size() < max;
    }

    /// What was lost before each event, and after the last: null where nothing was.
    private Step.Lost[] holes(List<Run> runs, List<Event> events, EventId after, EventId end, EventId floor) {
        var holes = new Step.Lost[events.size() + 1];
        if (floor.isAfter(after) && floor.isAfter(toldUnknown)) {
            holes[0] = new Step.Lost(after, floor, Step.Lost.UNKNOWN);
            toldUnknown = floor;
        }
        var counted = EventId.max(after, toldUnknown);
        for (var run : runs) {
            int hole = 0;
            for (var view : run.gone) {
                var ids = view.cursor();
                for (var id = ids.next(); id != null && !id.isAfter(end); id = ids.next()) {
                    if (!id.isAfter(counted)) continue;
                    while (hole < events.size() && id.isAfter(events.get(hole).id())) hole++;
                    holes[hole] = widened(holes[hole], hole == 0 ? after : events.get(hole - 1).id(), id);
                }
            }
        }
        return holes;
    }

    private static Step.Lost widened(Step.Lost hole, EventId from, EventId id) {
        if (hole == null) return new Step.Lost(from, id, 1);
        long count = hole.count() == Step.Lost.UNKNOWN ? Step.Lost.UNKNOWN : hole.count() + 1;
        return new Step.Lost(hole.from(), EventId.max(hole.to(), id), count);
    }

    private static List<Step> steps(List<Event> events, Step.Lost[] holes) {
        var steps = new ArrayList<Step>(events.size());
        for (int i = 0; i < events.size(); i++) {
            if (holes[i] != null) steps.add(holes[i]);
            steps.add(new Step.Found(events.get(i)));
        }
        if (holes[events.size()] != null) steps.add(holes[events.size()]);
        return steps;
    }
}
