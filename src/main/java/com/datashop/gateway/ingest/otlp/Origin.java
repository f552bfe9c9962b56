package com.datashop.gateway.ingest.otlp;

/// Where log records come from: the resource and the scope that they share.
///
/// @param json the resource's attributes as a JSON object; null when it has none
/// @param parts what the resource's attributes say of the channel
/// @param scope the name of the instrumentation scope; null when it has none
record Origin(byte[] json, Parts parts, String scope) {
    /// Nothing is known.
    static final Origin UNKNOWN = new Origin(null, new Parts(), null);

    /// The same resource, with this scope.
    Origin in(String scope) {
        return new Origin(json, parts, scope);
    }
}
