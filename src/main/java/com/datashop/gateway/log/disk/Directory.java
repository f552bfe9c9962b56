package com.datashop.gateway.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A directory of the local file system.
record Directory(Path path) implements Volume {
    /// The largest write. The JDK copies each write into a buffer of its thread, and never shrinks this buffer.
    private static final int SLICE_BYTES = 256 << 10;

    /// The failure in words. The message of the JDK's exception is often only a path.
    static String reason(IOException failed) {
        return switch (failed) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException gone -> "no such file or directory: " + gone.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> failed.getMessage() == null ? failed.toString() : failed.getMessage();
        };
    }

    @Override
    public List<String> names() throws IOException {
        try (var files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public Output create(String name) throws IOException {
        return new FileOutput(FileChannel.open(path.resolve(name), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING));
    }

    /// Opens a channel of its own for each reader.
    ///
    /// The JDK closes a channel when its thread is interrupted, as a reader is when its client leaves.
    @Override
    public Input open(String name) throws IOException {
        return new FileInput(FileChannel.open(path.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public void truncate(String name, long length) throws IOException {
        try (var file = FileChannel.open(path.resolve(name), StandardOpenOption.WRITE)) {
            file.truncate(length);
            file.force(true);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    /// Brings the entries of the directory to the disk.
    ///
    /// By POSIX, a new file's entry is on disk after an fsync of its directory. On other systems a directory can not be
    /// opened, and this is not needed.
    @Override
    public void sync() throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
        try (var directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private record FileOutput(FileChannel file) implements Output {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int at = from; at < from + length; ) {
                var slice = ByteBuffer.wrap(bytes, at, Math.min(SLICE_BYTES, from + length - at));
                at += slice.remaining();
                while (slice.hasRemaining()) file.write(slice);
            }
        }

        @Override
        public void sync() throws IOException {
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record FileInput(FileChannel file) implements Input {
        @Override
        public long length() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, byte[] into, int from, int length) throws IOException {
            var buffer = ByteBuffer.wrap(into, from, length);
            while (buffer.hasRemaining() && file.read(buffer, position + buffer.position() - from) >= 0) { }
            return buffer.position() - from;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
