package com.datashop.gateway.ingest;

import com.datashop.gateway.event.Draft;
import java.util.List;

/// The heap that entries take until they are answered, in bytes.
public final class Footprint {
    /// The heap of an entry without its own bytes, on a 64-bit JVM with compressed pointers.
    ///
    /// It consists of a draft (32), its channel with the name (24, 24, 16), the header of its data array (16), its
    /// slots in two lists (16), the event (112), the part of the frame beside name and data (130), and a share of the
    /// keys by which patterns find it.
    public static final int ENTRY_BYTES = 450;
    /// The number of times that the bytes of an entry are held: in a draft, and in an event.
    public static final int COPIES = 2;
    /// The array size from which the JVM's default collector gives an array whole regions of its own.
    ///
    /// It is half a region. A region has at least 1 MiB.
    private static final int HUGE = 512 << 10;

    private Footprint() { }

    /// The heap that an array of this length takes.
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
