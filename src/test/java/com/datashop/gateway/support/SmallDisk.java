package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// A file system of its own, in memory, that is full when it is full.
public final class SmallDisk implements AutoCloseable {
    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /// Mounts one of so many bytes; without the right to mount the test is aborted, and on a build server it fails.
    ///
    /// @param options further ones of mount(8), as `ro`
    public static SmallDisk mount(Path parent, long bytes, String... options) {
        try {
            var directory = Files.createTempDirectory(parent, "disk");
            String all = String.join(",", "size=" + bytes, String.join(",", options)).replaceAll(",$", "");
            try (var mount = Child.start(Tool.path("mount").toString(), "-t", "tmpfs", "-o", all, "tmpfs",
                    directory.toString())) {
                if (mount.awaitExit() == 0) return new SmallDisk(directory);
                String message = "no right to mount a file system: " + mount.err();
                if ("true".equals(System.getenv("CI"))) throw new AssertionError(message);
                Assumptions.abort(message);
                throw new IllegalStateException(message);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try (var umount = Child.start(Tool.path("umount").toString(), directory.toString())) {
            if (umount.awaitExit() != 0) throw new AssertionError(umount.toString());
        }
    }
}
