package com.datashop.gateway.ingest.entries;

/// The values of members that an entry may leave out, as the sample of `POST /test/logs` does; null where it may not.
public record EntryDefaults(String service, String workspace, String resource, byte[] data) {
    /// Nothing may be left out.
    public static final EntryDefaults NONE = new EntryDefaults(null, null, null, null);
}
