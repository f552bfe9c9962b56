package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A log in a directory. It survives the end of the process. `FSYNC` says how much of it survives that of the machine.
///
/// ```
///   append ──▶ WriteQueue ──▶ SegmentWriter: one write, and one fsync, for all that wait ──▶ Tail.accept ──▶ returns
///                                     │ failed
///                                     ▼
///                        refused; a new segment takes over, now or when the disk can be written again
/// ```
///
/// Each start of the gateway begins a new major number for ids, above all before. It brings the number to the disk
/// before it gives the first id. So no id is given twice, whatever the clock or a crash has done. The minor number
/// counts the events since that start from 1.
public final class DiskLog implements EventLog {
    private static final System.Logger LOG = System.getLogger(DiskLog.class.getName());
    private static final ChannelSet EVERYTHING = new ChannelSet(
            List.of(new ChannelPattern("logs:*:*"), new ChannelPattern("logs:*:*:*")));

    private final Owner owner;
    private final DiskSettings settings;
    private final SegmentFiles segments;
    private final DiskArchive archive;
    private final EventId warmFrom;
    private final SegmentWriter writer;
    private final Examiner examiner;
    private volatile boolean ended;

    /// Opens the log. It makes the log if there is none.
    ///
    /// @param now milliseconds since 1970
    /// @param warmBytes the bytes of the newest events to hand over at the start
    /// @throws IOException when the directory is another gateway's, or not fit for a log; its message is one line
    public static DiskLog open(DiskSettings settings, long now, long warmBytes) throws IOException {
        return open(settings, new Directory(settings.directory()), now, warmBytes);
    }

    static DiskLog open(DiskSettings settings, Volume volume, long now, long warmBytes) throws IOException {
        var owner = Owner.of(settings.directory());
        try {
            return new DiskLog(settings, volume, owner, now, warmBytes);
        } catch (IOException failed) {
            owner.close();
            String reason = Directory.reason(failed);
            throw new IOException("DATA_DIR " + settings.directory() + " can not be read: " + reason, failed);
        }
    }

    private DiskLog(DiskSettings settings, Volume volume, Owner owner, long now, long warmBytes) throws IOException {
        this.settings = settings;
        this.owner = owner;
        long began = System.nanoTime();
        var recovery = new Recovery(volume, warmBytes);
        var found = recovery.segments();
        var end = found.isEmpty() ? new EventId(now, 0) : recovery.end();
        boolean lost = !found.isEmpty() && (recovery.corruptEnd() || !owner.nothingLost(end));
        // The events after `end` are gone. The next segment begins behind all ids that they can have had.
        if (lost && end.minor() != -1L) end = new EventId(end.major(), -1L);
        warmFrom = lost || found.isEmpty() ? end : recovery.warmFrom();
        segments = new SegmentFiles(found.isEmpty() ? end : found.getFirst().header().origin(), found);
        archive = new DiskArchive(volume, segments);
        long major = later(now, end.major() + 1);
        for (var segment : found) major = later(major, segment.header().major() + 1);
        long newMajor = found.isEmpty() ? now : major;
        writer = new SegmentWriter(settings, volume, segments, owner, end, newMajor, recovery.highestNumber());
        examiner = new Examiner(volume, segments, archive);
        LOG.log(INFO, "event=log-opened segments=" + found.size() + " bytes=" + segments.bytes() + " end=" + end
                + (lost ? " lost=unknown" : "")
                + " milliseconds=" + (System.nanoTime() - began) / 1_000_000);
    }

    /// The later of two major numbers. They are unsigned.
    private static long later(long one, long other) {
        return Long.compareUnsigned(one, other) >= 0 ? one : other;
    }

    @Override
    public EventId origin() {
        return segments.origin();
    }

    @Override
    public EventId warmFrom() {
        return warmFrom;
    }

    @Override
    public Archive archive() {
        return archive;
    }

    /// Hands over the newest events on disk, as many as the settings ask for, and then the events that come.
    @Override
    public void follow(Tail tail) throws InterruptedException {
        var reader = archive.reader(EVERYTHING);
        var end = writer.end();
        for (var place = warmFrom; end.isAfter(place); ) {
            var slice = reader.next(place, end);
            var events = slice.steps().stream().filter(step -> !step.isHole()).map(Step::event).toList();
            tail.accept(events);
            place = slice.end();
        }
        writer.start(tail);
        examiner.start();
    }

    @Override
    public Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        return writer.append(batch);
    }

    @Override
    public Optional<String> trouble() {
        return writer.trouble();
    }

    @Override
    public void describe(JsonWriter out) {
        out.member("kind", "disk").member("bytes", segments.bytes()).member("maxBytes", settings.retentionBytes())
                .member("segments", segments.all().size())
                .member("fsync", settings.fsync().name().toLowerCase(Locale.ROOT))
                .member("failures", writer.failures());
    }

    @Override
    public void declare(Registry registry) {
        writer.declare(registry);
        registry.declare("gateway_log_bytes", "Bytes that the log holds on disk.", new Gauge(segments::bytes));
        registry.declare("gateway_log_segments", "The files that the log is in.",
                new Gauge(() -> segments.all().size()));
    }

    @Override
    public void drain(Duration wait) throws InterruptedException {
        writer.drain(wait);
    }

    @Override
    public void close() {
        if (ended) return;
        ended = true;
        examiner.close();
        try (owner) {
            if (writer.close()) owner.closed(settings.fsync(), writer.end());
        } catch (IOException failed) {
            LOG.log(WARNING, "event=log-close-failed", failed);
        }
    }
}
