package com.datashop.gateway.log.disk;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A real directory of which one operation fails: the n-th of its kind, and with it perhaps all that follow until it is
/// mended.
final class FaultyVolume implements Volume {
    /// An operation that can fail.
    enum Kind { WRITE, SYNC, CREATE, TRUNCATE, DELETE, DIRECTORY_SYNC }

    private final Volume volume;
    private final Kind kind;
    private final int nth;
    private final boolean lasting;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean mended;
    private volatile boolean failed;

    /// @param lasting whether it goes on failing until [#mend]
    FaultyVolume(Volume volume, Kind kind, int nth, boolean lasting) {
        this.volume = volume;
        this.kind = kind;
        this.nth = nth;
        this.lasting = lasting;
    }

    /// Whether anything has failed yet.
    boolean hasFailed() {
        return failed;
    }

    void mend() {
        mended = true;
    }

    private boolean fails(Kind what) {
        if (what != kind || mended) return false;
        int number = count.incrementAndGet();
        boolean now = number == nth || lasting && number > nth;
        failed |= now;
        return now;
    }

    private void perhaps(Kind what) throws IOException {
        if (fails(what)) throw new IOException("a fault that was asked for: " + what);
    }

    @Override
    public List<String> names() throws IOException {
        return volume.names();
    }

    @Override
    public Output create(String name) throws IOException {
        perhaps(Kind.CREATE);
        var out = volume.create(name);
        return new Output() {
            /// A disk that is full takes the beginning.
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (fails(Kind.WRITE)) {
                    out.write(bytes, from, length / 2);
                    throw new IOException("No space left on device, as was asked for");
                }
                out.write(bytes, from, length);
            }

            @Override
            public void sync() throws IOException {
                perhaps(Kind.SYNC);
                out.sync();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public Input open(String name) throws IOException {
        return volume.open(name);
    }

    @Override
    public void truncate(String name, long length) throws IOException {
        perhaps(Kind.TRUNCATE);
        volume.truncate(name, length);
    }

    @Override
    public void delete(String name) throws IOException {
        perhaps(Kind.DELETE);
        volume.delete(name);
    }

    @Override
    public void sync() throws IOException {
        perhaps(Kind.DIRECTORY_SYNC);
        volume.sync();
    }
}
