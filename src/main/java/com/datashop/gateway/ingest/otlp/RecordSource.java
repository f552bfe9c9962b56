package com.datashop.gateway.ingest.otlp;

/// The resource and the scope that log records share.
///
/// @param json the resource's attributes as a JSON object; null when it has none
/// @param parts the parts of the channel that the resource's attributes name
/// @param scope the name of the instrumentation scope; null when it has none
record RecordSource(byte[] json, Parts parts, String scope) {
    /// Nothing is known.
    static final RecordSource UNKNOWN = new RecordSource(null, new Parts(), null);

    /// The same resource, with this scope.
    RecordSource in(String scope) {
        return new RecordSource(json, parts, scope);
    }
}
