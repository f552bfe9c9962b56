package com.datashop.gateway.auth;

import java.util.Base64;
import java.util.Optional;

/// Base64url as RFC 7515, 2 defines it: no padding, no white space, and only one text for any bytes.
final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() { }

    /// The bytes that `text` encodes; empty when it is not the one text for them.
    static Optional<byte[]> decoded(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            // The JDK's decoder also accepts padding, and extra bits in the last character. With those, one signed
            // token
            // would have several texts. So only a text that encodes back to itself is accepted.
            return ENCODER.encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
