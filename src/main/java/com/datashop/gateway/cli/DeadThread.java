package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.cli.config.Exit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// Logs the end of a thread that died of an exception, and ends the process when memory ran out.
///
/// The dispatcher and the timers of the JDK's server run on threads of its own. A thread that dies is not replaced.
/// Without the timers no time limit holds any more.
public final class DeadThread implements Thread.UncaughtExceptionHandler {
    // Without memory no object can be made any more, not even a line of text. So everything needed is made now.
    private final byte[] outOfMemory =
            "gateway: out of memory, and no request could be refused for it\n".getBytes(US_ASCII);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private final Runtime runtime = Runtime.getRuntime();
    private final int exit = Exit.OUT_OF_MEMORY.code();

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        if (fault instanceof OutOfMemoryError) {
            try {
                err.write(outOfMemory);
            } catch (IOException | OutOfMemoryError unsaid) {
                // The process ends all the same.
            } finally {
                runtime.halt(exit);
            }
        }
        System.err.println("gateway: " + thread.getName() + " died of " + fault);
    }
}
