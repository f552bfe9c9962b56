package com.datashop.gateway.ingest;

import com.datashop.gateway.json.JsonWriter;
import java.util.Map;

/// The answer to a shipper, in the form of its protocol.
///
/// @param contentType null when there is no body
/// @param headers beside those that every reply has
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    /// A JSON document.
    public static Answer json(int status, JsonWriter body) {
        return new Answer(status, "application/json", body.toBytes(), Map.of());
    }

    /// No content.
    public static Answer empty(int status) {
        return new Answer(status, null, new byte[0], Map.of());
    }
}
