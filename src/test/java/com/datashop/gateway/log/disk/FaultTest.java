package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.disk.FaultyVolume.Kind;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The n-th operation on the disk fails, for n = 1, 2, ... until none does: what was acknowledged is there, what was
/// refused is not, and the log mends itself.
class FaultTest {
    private static final List<Kind> KINDS = List.of(Kind.WRITE, Kind.SYNC, Kind.CREATE, Kind.DIRECTORY_SYNC);
    private static final int MOST = 192;
    private static final int AT_ONCE = 32;
    /// Small, so that segments begin and are deleted within a run.
    private static final int RETENTION_BYTES = 1 << 20;
    private static final String FILLING = "x".repeat(9000);
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void whateverFailsOnceWhatIsAcknowledgedIsThereAndWhatIsRefusedIsNot(Fsync fsync) throws Exception {
        for (var kind : KINDS) failEach(kind, fsync, false, path -> new Directory(path));
    }

    @ParameterizedTest
    @EnumSource
    void thatHoldsEvenWhenWhatWasRefusedCanNotBeCutOff(Fsync fsync) throws Exception {
        for (var kind : List.of(Kind.WRITE, Kind.SYNC))
            failEach(kind, fsync, false, path -> new FaultyVolume(new Directory(path), Kind.TRUNCATE, 1, true));
    }

    @ParameterizedTest
    @EnumSource
    void whateverFailsForAWhileTheLogGoesOnWhenItNoLongerDoes(Fsync fsync) throws Exception {
        for (var kind : KINDS) failEach(kind, fsync, true, path -> new Directory(path));
    }

    private void failEach(Kind kind, Fsync fsync, boolean lasting, Function<Path, Volume> beneath) throws Exception {
        int failures = 0;
        // most of each life is waiting for the next attempt
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int first = 1; first <= MOST; first += AT_ONCE) {
                var lives = new ArrayList<Future<Boolean>>();
                for (int i = first; i < first + AT_ONCE; i++) {
                    int n = i;
                    var path = Files.createDirectory(directory.resolve(kind + "-" + n));
                    lives.add(executor.submit(() ->
                            live(kind + " " + n + " " + fsync, new FaultyVolume(beneath.apply(path), kind, n, lasting),
                            fsync, path)));
                }
                for (var life : lives) if (life.get()) failures++;
                if (failures < first + AT_ONCE - 1) break;
            }
        }
        assertTrue(failures > 0, kind + " was seen to fail");
        assertTrue(failures < MOST, kind + " never ran out of operations to fail");
        Directories.delete(directory);
        Files.createDirectory(directory);
    }

    /// One life of a log with a fault in it, and the next life; false when nothing failed.
    private static boolean live(String what, FaultyVolume volume, Fsync fsync, Path path) throws Exception {
        var settings = new DiskSettings(path, fsync, RETENTION_BYTES, null);
        var acknowledged = new ArrayList<String>();
        var refused = new ArrayList<String>();
        try (var open = OpenLog.of(volume, settings, 1000)) {
            for (int i = 0; i < 20; i++) {
                var batch = new String[] {i + "a" + FILLING, i + "b", i + "c"};
                try {
                    open.append(batch);
                    acknowledged.addAll(List.of(batch));
                } catch (LogUnavailableException told) {
                    refused.addAll(List.of(batch));
                }
                if (volume.hasFailed() && i == 15) volume.mend();
            }
            volume.mend();
            Await.until(what + ": it to take events again", () -> open.log().trouble().isEmpty());
            open.append("last");
            acknowledged.add("last");
            assertEquals(acknowledged, open.shown(),
                    what + ": nobody is shown what was refused, and everybody what was not");
            assertEquals(acknowledged, open.read(), what + ": and so it is on disk");
            assertTrue(refused.isEmpty() || volume.hasFailed(), what);
        }
        try (var open = OpenLog.of(new Directory(path), settings, 1000)) {
            assertEquals(acknowledged, open.read(), what + ": and after a restart");
        }
        return volume.hasFailed();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedStaysSoWhenTheProcessEndsBeforeTheDiskIsMended(Fsync fsync) throws Exception {
        for (var kind : List.of(Kind.WRITE, Kind.SYNC)) {
            int failures = 0;
            for (int n = 1; n <= 12; n++) {
                String what = kind + " " + n;
                var path = Files.createDirectory(directory.resolve(what + fsync));
                var settings = OpenLog.settings(path, fsync);
                var volume = new FaultyVolume(new Directory(path), kind, n, true);
                var acknowledged = new ArrayList<String>();
                try (var open = OpenLog.of(volume, settings, 1000)) {
                    for (int i = 0; i < 8; i++) {
                        try {
                            open.append("event " + i);
                            acknowledged.add("event " + i);
                        } catch (LogUnavailableException refused) {
                            failures++;
                        }
                    }
                }
                try (var open = OpenLog.of(new Directory(path), settings, 1000)) {
                    assertEquals(acknowledged, open.read().stream().filter(text -> text != null).toList(), what);
                }
            }
            assertTrue(failures > 0 || kind == Kind.SYNC && fsync == Fsync.INTERVAL, "some were refused");
        }
    }

    @Test
    void aSegmentThatCanNotBeDeletedIsGoneForReadersAllTheSame() throws Exception {
        var volume = new FaultyVolume(new Directory(directory), Kind.DELETE, 1, true);
        var settings = new DiskSettings(directory, Fsync.INTERVAL, 128 << 10, null);
        try (var open = OpenLog.of(volume, settings, 1000)) {
            for (int i = 0; i < 60; i++) open.append(i + FILLING);
            Await.until("a segment to be deleted", volume::hasFailed);
            var kept = open.read();
            assertTrue(kept.size() < 60 && !kept.contains(null), "the oldest are gone: " + kept.size());
            assertEquals(open.shown().subList(60 - kept.size(), 60), kept);
            assertTrue(open.log().trouble().isEmpty());
        }
        volume.mend();
        try (var open = OpenLog.of(volume, settings, 1000)) {
            var floor = open.log().archive().floor();
            Await.until("what was left over to go", () -> open.log().archive().floor().isAfter(floor));
        }
    }
}
