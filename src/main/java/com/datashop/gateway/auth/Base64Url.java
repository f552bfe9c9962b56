package com.datashop.gateway.auth;

import java.util.Base64;
import java.util.Optional;

/// Base64url as RFC 7515, 2 has it: no padding, no white space, and one spelling only of any bytes.
final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private Base64Url() { }

    /// The bytes that `text` spells; empty when it is not their one spelling.
    static Optional<byte[]> decoded(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            // The JDK's decoder takes padding, and bits set in the last character that no byte has: with those, one signed token
            // has several texts. Only what encodes back to itself is the spelling meant.
            return ENCODER.encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
