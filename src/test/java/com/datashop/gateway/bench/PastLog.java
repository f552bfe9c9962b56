package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.disk.DiskLog;
import com.datashop.gateway.log.disk.DiskSettings;
import com.datashop.gateway.log.disk.Fsync;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A log on disk that holds a day of events, as a gateway would have left it.
///
/// @param events of 230 bytes of data, spread evenly over the day and, without an order, over the channels
/// @param quiet how many of them the one quiet channel has
record PastLog(Path directory, long bytes, int channels, long events, int quiet) {
    private static final int DATA_BYTES = 230;
    /// The bytes of a record beside its data, about: its head and its channel.
    private static final int RECORD_BYTES = DATA_BYTES + 51;
    private static final int QUIET = 114;
    private static final int BATCH = 1000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long LEAST_INDEXED = 64 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// The log of so many bytes in this folder, which is filled when it is not there.
    static PastLog of(Path directory, long bytes, int channels) {
        long events = bytes / RECORD_BYTES;
        long every = Math.max(1, events / QUIET);
        var log = new PastLog(directory, bytes, channels, events, (int) (events / every));
        if (!log.isFilled()) log.fill(every);
        return log;
    }

    /// Whether it is there, with its indexes.
    boolean isFilled() {
        return Files.exists(mark());
    }

    /// Stands beside the folder of a log that was filled to its end.
    private Path mark() {
        return directory.resolveSibling(directory.getFileName() + ".filled");
    }

    /// When its last hour began, in milliseconds since 1970.
    long lastHour() {
        try {
            return Files.getLastModifiedTime(mark()).toMillis() - Duration.ofHours(1).toMillis();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void fill(long every) {
        Directories.delete(directory);
        long now = System.currentTimeMillis();
        var names = new Channel[channels];
        for (int i = 0; i < channels; i++) names[i] = new Channel(channel(i));
        var quiet = new Channel("logs:etl:past:quiet");
        byte[] data = ("{\"level\":\"INFO\",\"message\":\"" + "x".repeat(DATA_BYTES - 28) + "\"}").getBytes(US_ASCII);
        try (var log = DiskLog.open(settings(directory, bytes), now, 0)) {
            log.follow(_ -> 0);
            for (long i = 0; i < events; ) {
                var batch = new ArrayList<Draft>(BATCH);
                for (int k = 0; k < BATCH && i < events; k++, i++) {
                    int number = Math.floorMod(i * 0x9E3779B97F4A7C15L >>> 20, channels);
                    long time = now - DAY + (long) ((double) i / events * DAY);
                    batch.add(new Draft(i % every == every / 2 ? quiet : names[number], time, data));
                }
                log.append(batch);
            }
            awaitIndexes();
            Files.createFile(mark());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (LogUnavailableException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// One of its channels.
    static String channel(int number) {
        return "logs:etl:past:r" + number;
    }

    /// The arguments of a gateway that opens it.
    List<String> arguments() {
        return List.of("--data-dir", directory.toString(), "--retention-bytes", String.valueOf(kept(bytes)));
    }

    /// Waits until each of its closed segments has an index.
    private void awaitIndexes() {
        Await.until("the indexes", PATIENCE, () -> {
            var segments = files(".log");
            return segments.subList(0, Math.max(0, segments.size() - 1)).stream().allMatch(this::isIndexed);
        });
    }

    private boolean isIndexed(Path segment) {
        try {
            var index = segment.resolveSibling(segment.getFileName().toString().replace(".log", ".idx"));
            return Files.size(segment) < LEAST_INDEXED || Files.exists(index) && Files.size(index) > 0;
        } catch (IOException gone) {
            return true;
        }
    }

    private List<Path> files(String ending) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// Its segments are as long as those of a gateway that may keep little more.
    private static DiskSettings settings(Path directory, long bytes) {
        return new DiskSettings(directory, Fsync.INTERVAL, kept(bytes), null);
    }

    private static long kept(long bytes) {
        return bytes + bytes / 8;
    }

    void delete() {
        Directories.delete(directory);
        try {
            Files.deleteIfExists(mark());
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
