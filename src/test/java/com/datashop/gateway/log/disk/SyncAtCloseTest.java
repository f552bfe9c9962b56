package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.datashop.gateway.support.Await;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log that is closed while its syncer brings events to a slow disk.
class SyncAtCloseTest {
    @TempDir
    private Path directory;

    @Test
    void aCloseWaitsForASyncAndDoesNotInterruptIt() throws Exception {
        var disk = new SlowDisk(new Directory(directory));
        try (var open = OpenLog.of(disk, OpenLog.settings(directory, Fsync.INTERVAL), 1)) {
            open.append("a");
            disk.syncing.await();
            var closer = Thread.ofPlatform().start(open::close);
            Await.until("a close that waits", () -> closer.getState() == Thread.State.WAITING || disk.interrupted);
            disk.done.countDown();
            closer.join();
        }
        assertFalse(disk.interrupted);
        try (var again = OpenLog.of(directory)) {
            assertEquals(List.of("a"), again.read());
        }
    }

    /// A disk on which the first sync of the syncer takes until it is said to be done.
    private static final class SlowDisk implements Volume {
        private final Volume volume;
        private final CountDownLatch syncing = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean interrupted;

        SlowDisk(Volume volume) {
            this.volume = volume;
        }

        @Override
        public Output create(String name) throws IOException {
            var out = volume.create(name);
            return new Output() {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void sync() throws IOException {
                    if (Thread.currentThread().getName().equals("log-syncer")) awaitDone();
                    out.sync();
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        }

        private void awaitDone() throws InterruptedIOException {
            syncing.countDown();
            try {
                done.await();
            } catch (InterruptedException hurried) {
                interrupted = true;
                throw new InterruptedIOException();
            }
        }

        @Override
        public List<String> names() throws IOException {
            return volume.names();
        }

        @Override
        public Input open(String name) throws IOException {
            return volume.open(name);
        }

        @Override
        public void truncate(String name, long length) throws IOException {
            volume.truncate(name, length);
        }

        @Override
        public void delete(String name) throws IOException {
            volume.delete(name);
        }

        @Override
        public void sync() throws IOException {
            volume.sync();
        }
    }
}
