package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.cli.config.Exit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// What becomes of a thread that died of something nobody caught: it is said, and when memory ran out the process ends.
///
/// The JDK server's dispatcher and timers run on threads of its own, and one that dies is not replaced: no time limit would hold from there on.
public final class DeadThread implements Thread.UncaughtExceptionHandler {
    // Out of memory nothing can be made any more, not even a line of text: all that is needed is here already.
    private final byte[] outOfMemory = "gateway: out of memory where nobody could answer for it\n".getBytes(US_ASCII);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private final Runtime runtime = Runtime.getRuntime();
    private final int exit = Exit.OUT_OF_MEMORY.code();

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        if (fault instanceof OutOfMemoryError) {
            try {
                err.write(outOfMemory);
            } catch (IOException | OutOfMemoryError unsaid) {
                // it ends all the same
            } finally {
                runtime.halt(exit);
            }
        }
        System.err.println("gateway: " + thread.getName() + " died of " + fault);
    }
}
