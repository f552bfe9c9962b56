package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.event.EventId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The locked file that gives one process the right to a log's directory. It also tells how the process before ended.
///
/// ```
///   pid=17
///   fsync=interval
///   boot=122caca4-f527-438b-947f-fe9576c2a747      of the machine: another id means that the machine went down
///   state=open                                     or closed, with last=1763881200000-42
/// ```
final class Owner implements Closeable {
    static final String FILE = "owner";
    private static final int MAX_BYTES = 4096;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String UNKNOWN = "unknown";

    private final FileChannel file;
    private final Map<String, String> past;

    private Owner(FileChannel file, Map<String, String> past) {
        this.file = file;
        this.past = past;
    }

    /// Takes the directory. It makes the directory if there is none.
    ///
    /// @throws IOException when it belongs to another process, or is not fit for a log; its message names the directory
    static Owner of(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory))
            throw new IOException("DATA_DIR " + directory + " is not a directory");
        try {
            Files.createDirectories(directory);
            var file = FileChannel.open(directory.resolve(FILE),
                    StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                var past = read(file);
                if (!lock(file)) throw new IOException("DATA_DIR " + directory
                        + " is in use by another gateway, process " + past.getOrDefault("pid", UNKNOWN));
                return new Owner(file, read(file));
            } catch (IOException failed) {
                file.close();
                throw failed;
            }
        } catch (java.nio.file.FileSystemException denied) {
            throw new IOException("DATA_DIR " + directory + " can not be used: " + Directory.reason(denied), denied);
        }
    }

    /// Whether every event that was ever acknowledged is still there, when this is the last one found.
    boolean nothingLost(EventId last) {
        String state = past.getOrDefault("state", UNKNOWN);
        if (state.equals("closed")) {
            var closed = EventId.parse(past.getOrDefault("last", ""));
            return closed.filter(place -> !place.isAfter(last)).isPresent();
        }
        return state.equals("open") && (past.getOrDefault("fsync", UNKNOWN).equals(word(Fsync.ALWAYS))
                || past.getOrDefault("boot", UNKNOWN).equals(bootId()));
    }

    /// Notes that a log is being written.
    void open(Fsync fsync) throws IOException {
        write("pid=" + ProcessHandle.current().pid() + "\nfsync=" + word(fsync) + "\nboot=" + bootId()
                + "\nstate=open\n");
    }

    /// Notes that the log was closed with this last event, and that all of it is on disk.
    void closed(Fsync fsync, EventId last) throws IOException {
        write("pid=" + ProcessHandle.current().pid() + "\nfsync=" + word(fsync) + "\nboot=" + bootId()
                + "\nstate=closed\nlast=" + last + "\n");
    }

    /// Gives up the directory.
    @Override
    public void close() throws IOException {
        file.close();
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        }
    }

    private static Map<String, String> read(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(MAX_BYTES);
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) { }
        var lines = new HashMap<String, String>();
        for (var line : new String(bytes.array(), 0, bytes.position(), US_ASCII).split("\n")) {
            int sign = line.indexOf('=');
            if (sign > 0) lines.put(line.substring(0, sign), line.substring(sign + 1).strip());
        }
        return lines;
    }

    private void write(String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
        while (bytes.hasRemaining()) file.write(bytes, bytes.position());
        file.truncate(bytes.limit());
        file.force(true);
    }

    private static String word(Fsync fsync) {
        return fsync.name().toLowerCase(Locale.ROOT);
    }

    /// The id of the machine's boot, which Linux gives.
    ///
    /// Elsewhere nobody can say whether the machine went down. Then it is never the same.
    private static String bootId() {
        try {
            return Files.readString(BOOT_ID, US_ASCII).strip();
        } catch (IOException notLinux) {
            return UNKNOWN + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        }
    }
}
