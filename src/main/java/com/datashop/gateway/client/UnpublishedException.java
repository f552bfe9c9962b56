package com.datashop.gateway.client;

import java.util.List;

/// The time was over before the gateway took these entries.
public final class UnpublishedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<byte[]> entries;
    private final int published;

    UnpublishedException(List<byte[]> entries, String why) {
        this(entries, why, 0);
    }

    private UnpublishedException(List<byte[]> entries, String why, int published) {
        super(why);
        this.entries = entries;
        this.published = published;
    }

    /// The same exception, for a batch of which more entries were published before.
    UnpublishedException after(int more) {
        return new UnpublishedException(entries, getMessage(), published + more);
    }

    /// The entries that were not published, or whose fate is not known.
    public List<byte[]> entries() {
        return entries;
    }

    /// The number of entries of the same batch that were published.
    public int published() {
        return published;
    }
}
