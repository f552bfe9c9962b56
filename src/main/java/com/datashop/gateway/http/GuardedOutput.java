package com.datashop.gateway.http;

import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes to a client in slices. The watchdog frees the thread when a slice takes longer than a write may.
final class GuardedOutput extends OutputStream {
    /// A larger flush grows the output buffer of the JDK's connection for good.
    private static final int SLICE_BYTES = 3200;

    private final OutputStream out;
    private final Watchdog.Guard guard;
    private final Duration timeout;

    GuardedOutput(OutputStream out, Watchdog.Guard guard, Duration timeout) {
        this.out = out;
        this.guard = guard;
        this.timeout = timeout;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = 0; at < length; at += SLICE_BYTES) {
            guard.arm(timeout);
            out.write(bytes, offset + at, Math.min(SLICE_BYTES, length - at));
            out.flush();
            guard.disarm();
        }
    }
}
