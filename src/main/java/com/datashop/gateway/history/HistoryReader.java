package com.datashop.gateway.history;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelHistory.ChannelSlice;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Reads a set of channels from memory in log order, slice by slice. It finds each hole at its place.
///
/// ```
///   place ──▶ each channel: evicted ids, held events ──▶ merge by id
///         ──▶ Lost, Found, Found, Lost, Found ... ──▶ next place
/// ```
///
/// It belongs to one thread. It locks nothing between two slices, so events evicted then are a hole in the next one.
public final class HistoryReader implements Reader {
    /// A slice has at least this many events, if there are as many. Fewer would not be worth a visit to each channel.
    private static final int SLICE_EVENTS = 256;
    /// A slice ends after this many bytes of frames. So a reader of large events pins this much and one event at most.
    ///
    /// A reader of many channels may have some bytes for each, to make the visits worth it.
    private static final long SLICE_BYTES = 256 * 1024;
    private static final long SLICE_BYTES_A_CHANNEL = 256;
    /// The generation when the channels have to be looked up.
    private static final int NO_GENERATION = -1;
    private static final Comparator<ChannelSlice> BY_NEXT_EVENT = Comparator.comparing(part -> part.peek().id());

    private final History history;
    private final ChannelSet set;
    private Collection<ChannelHistory> channels;
    private int generation = NO_GENERATION;
    /// The place up to which a hole of unknown size was told. Ids up to it are not counted any more.
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
        var forgotten = forgotten();
        var parts = new ArrayList<ChannelSlice>();
        for (var channel : channels) {
            if (!channel.lastId().isAfter(after)) continue;
            var part = channel.read(after, upTo, max);
            parts.add(part);
            forgotten = EventId.max(forgotten, part.forgotten);
        }
        forgotten = EventId.min(forgotten, upTo);
        var events = new ArrayList<Event>();
        boolean complete = merge(parts, max, Math.max(SLICE_BYTES, parts.size() * SLICE_BYTES_A_CHANNEL), events);
        var end = complete ? upTo : events.getLast().id();
        var steps = steps(events, holes(parts, events, after, end, forgotten));
        if (complete) forgetChannels();
        return new Slice(steps, end, complete);
    }

    /// The place after which no event of the set is missing.
    public EventId completeAfter() {
        resolve();
        return channels.stream().map(ChannelHistory::completeAfter).reduce(forgotten(), EventId::max);
    }

    /// The place up to which a channel of the set may have had events without leaving a trace.
    private EventId forgotten() {
        return set.isExact() && channels.size() == set.patterns().size() ? EventId.ZERO : history.forgotten();
    }

    /// Drops the list of channels, which may be long. A reader that has caught up may not read again for hours.
    private void forgetChannels() {
        channels = null;
        generation = NO_GENERATION;
    }

    /// Looks up the channels again if one has come or gone.
    private void resolve() {
        int now = history.generation();
        if (now == generation) return;
        channels = history.matching(set);
        generation = now;
    }

    /// Takes the events of the channels' parts in order, within the bounds of the slice; true when it has taken all.
    private static boolean merge(List<ChannelSlice> parts, int max, long maxBytes, List<Event> into) {
        var queue = new PriorityQueue<ChannelSlice>(Math.max(1, parts.size()), BY_NEXT_EVENT);
        for (var part : parts) if (part.peek() != null) queue.add(part);
        long bytes = 0;
        while (!queue.isEmpty()) {
            if (into.size() >= max || bytes >= maxBytes) return false;
            var part = queue.remove();
            var event = part.peek();
            into.add(event);
            bytes += event.frame().length();
            part.take();
            if (part.peek() != null) queue.add(part);
        }
        return into.size() < max;
    }

    /// The holes before each event and after the last one. It has null where nothing is missing.
    private Step.Lost[] holes(
            List<ChannelSlice> parts, List<Event> events, EventId after, EventId end, EventId forgotten) {
        var holes = new Step.Lost[events.size() + 1];
        if (forgotten.isAfter(after) && forgotten.isAfter(toldUnknown)) {
            holes[0] = new Step.Lost(after, forgotten, Step.Lost.UNKNOWN);
            toldUnknown = forgotten;
        }
        var counted = EventId.max(after, toldUnknown);
        for (var part : parts) {
            int hole = 0;
            for (var view : part.gone) {
                var ids = view.reader();
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
