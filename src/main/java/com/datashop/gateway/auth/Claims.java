package com.datashop.gateway.auth;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The claims of a token with a good signature (RFC 7519, 4): the user, the times, and what the user may read.
///
/// @param notBefore the `nbf`, or null when there is none
/// @param issuer the `iss`, or null when no string has that name
/// @param audience the `aud`, one or several; empty when there is none
record Claims(String user, Instant expiry, Instant notBefore, String issuer, Set<String> audience, Grant grant) {
    /// The longest name of a user, in characters. `X-User-Id` has the same bound.
    static final int MAX_USER = 256;
    /// The difference that the clocks of the issuer and the gateway may have.
    static final Duration LEEWAY = Duration.ofSeconds(30);

    /// A NumericDate (RFC 7519, 2): seconds, perhaps with a fraction or an exponent (some encoders write 1.8e+09).
    ///
    /// Its length is bounded, because BigDecimal would compute the billion digits of 1e-999999999 when it is asked
    /// for the
    /// fraction.
    private static final Pattern TIME = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?");
    /// The end of the year 9999. An `exp` in milliseconds lies beyond it: such a token would never expire.
    private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_799L);
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

    /// Reads the claims.
    ///
    /// @throws TokenException when a claim that is needed is missing, or not of its type
    static Claims parse(byte[] payload) throws TokenException {
        var members = Jwt.object(payload).orElseThrow(() -> new TokenException(TokenRefusal.BAD_CLAIMS));
        var expiry = time(members, "exp");
        var notBefore = time(members, "nbf");
        time(members, "iat"); // it must be a time, and limits nothing, because clocks differ
        if (expiry == null) throw new TokenException(TokenRefusal.NO_EXPIRY);
        String user = user(members.get("sub"));
        return new Claims(user, expiry, notBefore, members.get("iss") instanceof JsonString(var issuer) ? issuer : null,
                audience(members.get("aud")), new Grant(user, scopes(members)));
    }

    /// The session that the claims allow, if they hold now and here.
    ///
    /// @param trusted the issuer that is asked for, or null for any
    /// @param here the audience that is asked for, or null for any
    Session session(Instant now, String trusted, String here) throws TokenException {
        var end = expiry.plus(LEEWAY);
        if (!now.isBefore(end))
            throw new TokenException(TokenRefusal.EXPIRED); // RFC 7519, 4.1.4: at this time or after
        if (notBefore != null && now.isBefore(notBefore.minus(LEEWAY)))
            throw new TokenException(TokenRefusal.NOT_YET_VALID);
        if (trusted != null && !trusted.equals(issuer)) throw new TokenException(TokenRefusal.WRONG_ISSUER);
        if (here != null && !audience.contains(here)) throw new TokenException(TokenRefusal.WRONG_AUDIENCE);
        return new Session(grant, end);
    }

    private static Instant time(JsonObject members, String name) throws TokenException {
        var value = members.get(name);
        if (value == null) return null;
        if (value instanceof JsonNumber(var text) && TIME.matcher(text).matches()) {
            var seconds = new BigDecimal(text);
            if (seconds.compareTo(LATEST) <= 0) {
                long nanos = seconds.remainder(BigDecimal.ONE).multiply(NANOS).longValue();
                return Instant.ofEpochSecond(seconds.longValue(), nanos);
            }
        }
        throw new TokenException(TokenRefusal.BAD_TIME);
    }

    private static String user(JsonValue sub) throws TokenException {
        if (sub instanceof JsonString(var user) && !user.isBlank() && user.length() <= MAX_USER
                && user.codePoints().allMatch(Claims::isWritable))
            return user;
        throw new TokenException(TokenRefusal.BAD_USER);
    }

    /// Whether it can stand in a line of text: it is not a control, an end of a line, or half of a character.
    private static boolean isWritable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /// The audience: an array of strings, or one string (RFC 7519, 4.1.3).
    ///
    /// Anything else names nobody. It is refused only where an audience is asked for.
    private static Set<String> audience(JsonValue aud) {
        return aud instanceof JsonString(var one) ? Set.of(one) : strings(aud).orElse(Set.of());
    }

    private static List<Grant.Scope> scopes(JsonObject members) throws TokenException {
        var workspaces = scope(members.get("workspaces"), Set.of());
        var services = scope(members.get("services"), Set.of(Grant.ANY));
        return workspaces.isEmpty() ? List.of() : List.of(new Grant.Scope(services, workspaces));
    }

    /// The strings of a claim, or `otherwise` when there is no such claim.
    ///
    /// A claim that can not be read never counts as missing: that would widen what `services` narrows.
    private static Set<String> scope(JsonValue claim, Set<String> otherwise) throws TokenException {
        return claim == null ? otherwise : strings(claim).orElseThrow(() -> new TokenException(TokenRefusal.BAD_SCOPE));
    }

    private static Optional<Set<String>> strings(JsonValue value) {
        if (!(value instanceof JsonArray(var elements))) return Optional.empty();
        var strings = new HashSet<String>();
        for (var element : elements) {
            if (!(element instanceof JsonString(var string))) return Optional.empty();
            strings.add(string);
        }
        return Optional.of(Set.copyOf(strings));
    }
}
