package com.datashop.gateway.ingest;

import com.datashop.gateway.event.Draft;
import java.util.List;

/// How much of the heap entries take until they are answered, in bytes.
public final class Footprint {
    /// The heap bytes of an entry beside its own, as the 64-bit JVM with compressed pointers lays it out.
    ///
    /// They are a draft (32), its channel with the name (24, 24, 16), the head of its data (16), its slots in two lists
    /// (16), then the event (112), what its frame says beside name and data (130), and a part of the keys by which
    /// patterns find it.
    public static final int ENTRY_BYTES = 450;
    /// The bytes of an entry are held in a draft, and in an event.
    public static final int COPIES = 2;
    /// The bytes from which on an array gets whole regions of its own in the JVM's default collector.
    ///
    /// That is half a region, and a region has 1 MiB at least.
    private static final int HUGE = 512 << 10;

    private Footprint() { }

    /// The heap that an array of so many bytes takes.
    public static long ofArray(long length) {
        return length < HUGE ? length : 2 * length;
    }

    /// The heap that the entry takes.
    public static long of(Draft draft) {
        long length = (long) draft.channel().text().length() + draft.data().length;
        return ENTRY_BYTES + COPIES * ofArray(length);
    }

    /// The heap that the entries take.
    public static long of(List<Draft> drafts) {
        long held = 0;
        for (var draft : drafts) held += of(draft);
        return held;
    }
}
