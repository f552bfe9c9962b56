package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.util.Optional;

/// A signed token in its compact form (RFC 7515, 7.1), split into its parts. Nothing in it is proven yet.
///
/// ```
/// base64url(header) . base64url(payload) . base64url(signature)
/// └──────────── signed ────────────────┘
/// ```
///
/// It reads only `alg`, `kid` and `crit` of the header. `jwk`, `jku`, `x5c` and `x5u` bring the sender's own key, or
/// make the gateway fetch one: they are never read. `typ` may be anything.
///
/// @param keyId the `kid` of the header, or null when there is none
/// @param signed the bytes that the signature covers
/// @param payload the claims as bytes: they are parsed only when the signature is known to be good
record Jwt(Algorithm algorithm, String keyId, byte[] signed, byte[] payload, byte[] signature) {
    /// The longest token, in characters. Request heads are bounded at 64 KiB. A token with a thousand workspaces fits.
    static final int MAX_LENGTH = 8192;

    /// Splits `token` into its parts.
    ///
    /// @throws TokenException when it does not have this form, or asks for an unknown algorithm or extension
    static Jwt parse(String token) throws TokenException {
        if (token.length() > MAX_LENGTH) throw new TokenException(TokenRefusal.TOO_LONG);
        var parts = token.split("\\.", -1);
        if (parts.length != 3) throw new TokenException(TokenRefusal.NOT_THREE_PARTS);
        for (var part : parts) if (part.isEmpty()) throw new TokenException(TokenRefusal.NOT_THREE_PARTS);
        byte[] header = decoded(parts[0]);
        byte[] payload = decoded(parts[1]);
        byte[] signature = decoded(parts[2]);
        var members = object(header).orElseThrow(() -> new TokenException(TokenRefusal.BAD_HEADER));
        // RFC 7515, 4.1.11: crit lists what must be understood, and may not be empty. So any crit is refused.
        if (members.get("crit") != null) throw new TokenException(TokenRefusal.CRITICAL_HEADER);
        if (!(members.get("alg") instanceof JsonString(var jose))) throw new TokenException(TokenRefusal.BAD_HEADER);
        String keyId = switch (members.get("kid")) {
            case null -> null;
            case JsonString(var id) -> id;
            case JsonValue _ -> throw new TokenException(TokenRefusal.BAD_HEADER);
        };
        var algorithm = Algorithm.of(jose).orElseThrow(() -> new TokenException(TokenRefusal.WRONG_ALGORITHM));
        byte[] signed = token.substring(0, token.lastIndexOf('.')).getBytes(ISO_8859_1);
        return new Jwt(algorithm, keyId, signed, payload, signature);
    }

    /// The JSON object in `utf8`; empty when it is not an object, or has a member twice.
    static Optional<JsonObject> object(byte[] utf8) {
        try {
            return JsonValue.parse(utf8) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException notJson) {
            return Optional.empty();
        }
    }

    private static byte[] decoded(String part) throws TokenException {
        return Base64Url.decoded(part).orElseThrow(() -> new TokenException(TokenRefusal.NOT_BASE64URL));
    }
}
