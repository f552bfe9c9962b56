package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.replay.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A log on disk as the gateway opens one, with a tail that keeps what it is shown.
final class OpenLog implements AutoCloseable {
    static final ChannelSet EVERYTHING =
            new ChannelSet(List.of(new ChannelPattern("logs:*:*"), new ChannelPattern("logs:*:*:*")));
    private static final long WARM_BYTES = 1 << 20;
    private static final Channel CHANNEL = new Channel("logs:etl:w:r");
    private final DiskLog log;
    private final List<Event> shown = Collections.synchronizedList(new ArrayList<>());

    private OpenLog(DiskLog log) throws InterruptedException {
        this.log = log;
        log.follow((Tail) events -> {
            shown.addAll(events);
            return 0;
        });
    }

    static OpenLog of(Volume volume, DiskSettings settings, long now) throws IOException, InterruptedException {
        return new OpenLog(DiskLog.open(settings, volume, now, WARM_BYTES));
    }

    static OpenLog of(Path directory) throws IOException, InterruptedException {
        return of(new Directory(directory), settings(directory, Fsync.INTERVAL), System.currentTimeMillis());
    }

    static DiskSettings settings(Path directory, Fsync fsync) {
        return new DiskSettings(directory, fsync, 1 << 30, null);
    }

    DiskLog log() {
        return log;
    }

    Receipt append(String... texts) throws LogUnavailableException, InterruptedException {
        var batch = new ArrayList<Draft>();
        for (var text : texts) batch.add(new Draft(CHANNEL, 1, ("\"" + text + "\"").getBytes(UTF_8)));
        return log.append(batch);
    }

    /// The events that the tail was shown, from the oldest on.
    List<String> shown() {
        synchronized (shown) {
            return shown.stream().map(OpenLog::text).toList();
        }
    }

    List<EventId> shownIds() {
        synchronized (shown) {
            return shown.stream().map(Event::id).toList();
        }
    }

    /// All that the archive has, from its floor to the newest, holes as `null`.
    List<String> read() throws InterruptedException {
        var reader = log.archive().reader(EVERYTHING);
        var end = end();
        var texts = new ArrayList<String>();
        for (var place = log.archive().floor(); end.isAfter(place); ) {
            var slice = reader.next(place, end);
            for (var step : slice.steps()) texts.add(step instanceof Step.Found(var event) ? text(event) : null);
            place = slice.end();
        }
        return texts;
    }

    /// The newest place that the tail knows, as the hub does.
    private EventId end() {
        var ids = shownIds();
        return ids.isEmpty() ? log.warmFrom() : ids.getLast();
    }

    private static String text(Event event) {
        return new String(event.frame().bytes(), event.dataOffset() + 1,
                event.dataEnd() - event.dataOffset() - 2, UTF_8);
    }

    @Override
    public void close() {
        try {
            log.drain(Duration.ofSeconds(5));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
