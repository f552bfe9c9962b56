package com.datashop.gateway.auth;

import java.util.Locale;

/// Why a subscriber's token proves nothing. The messages are for the caller to read, and repeat nothing of the token.
public enum TokenRefusal {
    TOO_LONG("the token is longer than " + Jwt.MAX_LENGTH + " characters"),
    NOT_THREE_PARTS("the token is not three parts with a dot between them"),
    NOT_BASE64URL("a part of the token is not base64url without padding"),
    BAD_HEADER("the token's header is not a JSON object with an alg, each member once"),
    CRITICAL_HEADER("the token's header has crit, and no extension is understood here"),
    WRONG_ALGORITHM("the token's algorithm is not one that the configured keys allow"),
    UNKNOWN_KEY("the token's kid names no key that is configured for its algorithm"),
    KEYS_UNAVAILABLE("the keys that the token may be signed with have not been read yet"),
    BAD_SIGNATURE("the token's signature does not match a key"),
    BAD_CLAIMS("the token's claims are not a JSON object with each member once"),
    NO_EXPIRY("the token has no exp"),
    BAD_TIME("the token's exp, nbf or iat is not a time in seconds since 1970"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet"),
    WRONG_ISSUER("the token is not from the issuer that is trusted here"),
    WRONG_AUDIENCE("the token is not meant for this gateway: its aud is another"),
    BAD_USER("the token's sub is not a string of 1 to " + Claims.MAX_USER + " characters, none of them a control"),
    BAD_SCOPE("the token's workspaces or services is not an array of strings");

    private final String message;

    TokenRefusal(String message) {
        this.message = message;
    }

    /// What the caller is told.
    public String message() {
        return message;
    }

    /// The name in metrics, as `not-yet-valid`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
