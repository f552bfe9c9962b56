package com.datashop.gateway.ingest.otlp;

/// Where log records come from: the resource and the scope that they share.
///
/// @param json the resource's attributes as a JSON object; null when it has none
/// @param parts what the resource's attributes say of the channel
/// @param scope the name of the instrumentation scope; null when it has none
record RecordSource(byte[] json, Parts parts, String scope) {
    /// Nothing is known.
    static final RecordSource UNKNOWN = new RecordSource(null, new Parts(), null);

    /// The same resource, with this scope.
    RecordSource in(String scope) {
        return new RecordSource(json, parts, scope);
    }
}
