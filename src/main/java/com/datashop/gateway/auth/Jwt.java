package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.util.Optional;

/// A signed token in its compact form (RFC 7515, 7.1), taken apart: nothing of it is proven yet.
///
/// ```
/// base64url(header) . base64url(payload) . base64url(signature)
/// └──────────── signed ────────────────┘
/// ```
///
/// Of the header only `alg`, `kid` and `crit` are looked at. `jwk`, `jku`, `x5c` and `x5u` bring the sender's own key or make the
/// gateway fetch it: they are never read. `typ` may be anything.
///
/// @param keyId the `kid` of the header, or null when there is none
/// @param signed the bytes that the signature is over
/// @param payload the claims, still as bytes: they are not worth a parser's time before the signature is known to be good
record Jwt(Algorithm algorithm, String keyId, byte[] signed, byte[] payload, byte[] signature) {
    /// Of a token, in characters. Request heads are bounded at 64 KiB; a token with a thousand workspaces fits in here.
    static final int MAX_LENGTH = 8192;

    /// Takes `token` apart.
    ///
    /// @throws TokenException when it is not a token of this form, or asks for an algorithm or an extension that is not known here
    static Jwt parse(String token) throws TokenException {
        if (token.length() > MAX_LENGTH) throw new TokenException(TokenRefusal.TOO_LONG);
        var parts = token.split("\\.", -1);
        if (parts.length != 3) throw new TokenException(TokenRefusal.NOT_THREE_PARTS);
        for (var part : parts) if (part.isEmpty()) throw new TokenException(TokenRefusal.NOT_THREE_PARTS);
        byte[] header = decoded(parts[0]);
        byte[] payload = decoded(parts[1]);
        byte[] signature = decoded(parts[2]);
        var members = object(header).orElseThrow(() -> new TokenException(TokenRefusal.BAD_HEADER));
        // RFC 7515, 4.1.11: what crit lists must be understood, and an empty list is not allowed. So any crit is a refusal.
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

    /// The JSON object that `utf8` is; empty when it is none, or has a member twice.
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
