package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Something below `target` that is made once, though several processes run tests at the same time and each may need
/// it.
///
/// The first one makes it while the others wait at a lock on a file. A stamp says what it was made from.
public final class Once {
    /// The property that names a run of all tests, for all of its processes.
    private static final String RUN = "tests.run";

    private Once() { }

    /// Makes it.
    @FunctionalInterface
    public interface Maker {
        void make() throws IOException;
    }

    /// Runs the maker, unless that was done before in this run of the tests.
    public static void inThisRun(Path directory, Path stamp, Maker maker) {
        make(directory, stamp, System.getProperty(RUN, String.valueOf(ProcessHandle.current().pid())), maker);
    }

    /// Runs the maker, unless it was made from the same before.
    ///
    /// @param directory beside which the lock is
    /// @param stamp the file that says what it was made from; written last
    public static void make(Path directory, Path stamp, String from, Maker maker) {
        var lock = directory.resolveSibling(directory.getFileName() + ".lock");
        try {
            Files.createDirectories(lock.getParent());
            try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                if (Files.exists(stamp) && Files.readString(stamp).equals(from)) return;
                maker.make();
                Files.writeString(stamp, from);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
