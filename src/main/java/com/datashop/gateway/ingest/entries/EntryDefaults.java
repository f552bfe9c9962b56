package com.datashop.gateway.ingest.entries;

/// The values of members that an entry may leave out, as in `POST /test/logs`; null where it may not.
public record EntryDefaults(String service, String workspace, String resource, byte[] data) {
    /// Nothing may be left out.
    public static final EntryDefaults NONE = new EntryDefaults(null, null, null, null);
}
