package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;

/// Looks on disk for the first event of a set of channels that is new enough.
///
/// It skips the parts in which all events are known to be older.
final class DiskSinceSearch implements Search {
    private final DiskArchive archive;
    private final DiskReader reader;
    private final long milliseconds;
    private final EventId upTo;
    private EventId reached;
    private EventId place;

    /// @param milliseconds since 1970
    DiskSinceSearch(DiskArchive archive, ChannelSet set, long milliseconds, EventId upTo) {
        this.archive = archive;
        reader = new DiskReader(archive, set);
        this.milliseconds = milliseconds;
        this.upTo = upTo;
        reached = archive.floor();
    }

    @Override
    public boolean step() throws InterruptedException {
        reached = EventId.max(reached, archive.floor()); // segments deleted meanwhile can not have it any more
        skipOlder();
        if (!upTo.isAfter(reached)) return true;
        var slice = reader.next(reached, upTo);
        for (var step : slice.steps()) {
            var event = step.event();
            if (event == null || event.timestamp() < milliseconds) continue;
            place = event.id().previous();
            return true;
        }
        reached = slice.end();
        return slice.complete();
    }

    /// Skips segments and parts in which all events are older.
    private void skipOlder() {
        var all = archive.segments().all();
        for (int i = SegmentFiles.indexOf(all, reached); i >= 0 && i < all.size(); i++) {
            reached = EventId.max(reached, all.get(i).base());
            if (all.get(i).isOlder(milliseconds) && i + 1 < all.size()) continue;
            reached = EventId.max(reached, all.get(i).olderUpTo(milliseconds));
            return;
        }
    }

    @Override
    public long found() {
        return place == null ? 0 : 1;
    }

    @Override
    public EventId place() {
        return place;
    }

    @Override
    public EventId reached() {
        return reached;
    }

    @Override
    public long bytes() {
        return reader.bytes();
    }
}
