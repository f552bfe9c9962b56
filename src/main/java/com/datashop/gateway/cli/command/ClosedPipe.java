package com.datashop.gateway.cli.command;

import com.datashop.gateway.cli.config.Exit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;

/// Ends the process when nobody reads its standard output any more, even while it has nothing to print.
///
/// In `tail ... | grep -m 1 ready` the reader may leave long before the next event, and only a write would fail. So
/// each second it transfers no bytes to the pipe. Linux refuses this when the pipe has no reader. On other systems the
/// process ends with the next event.
final class ClosedPipe implements Runnable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /// The file from which nothing is transferred: any file that has a byte.
    private static final Path SOURCE = Path.of("/proc/self/exe");

    private ClosedPipe() { }

    /// Watches standard output, which must be a pipe, from now on.
    static void watch() {
        var thread = new Thread(new ClosedPipe(), "closed-pipe");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        // The descriptor stays open: it is that of the output itself.
        var pipe = new FileOutputStream(FileDescriptor.out).getChannel();
        try {
            Thread.sleep(PERIOD);
            try (var source = FileChannel.open(SOURCE)) {
                while (isRead(source, pipe)) Thread.sleep(PERIOD);
            }
            Runtime.getRuntime().halt(Exit.OK.code());
        } catch (IOException noLinux) {
            // The next event ends the process.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isRead(FileChannel source, FileChannel pipe) {
        try {
            source.transferTo(source.size(), 1, pipe);
            return true;
        } catch (IOException nobodyReads) {
            return false;
        }
    }
}
