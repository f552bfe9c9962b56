package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The vectors of `rfc.json`, and of `python.json` for the algorithms that the RFCs show no token of: a signed text,
/// its key with the private half, and what it says.
record Rfc(String name, JsonObject jwk, String token, String payload) {
    static final Rfc HS256 = named("HS256");
    static final Rfc RS256 = named("RS256");
    static final Rfc ES256 = named("ES256");
    static final Rfc ES384 = named("ES384");
    static final Rfc ES512 = named("ES512");
    static final Rfc EDDSA = named("EdDSA");
    static final Rfc ED448 = named("EdDSA with Ed448");

    static List<Rfc> all() {
        return Stream.of("rfc.json", "python.json").flatMap(file -> all(file).stream()).toList();
    }

    private static List<Rfc> all(String file) {
        try (var in = Rfc.class.getResourceAsStream(file)) {
            var all = new ArrayList<Rfc>();
            ((JsonObject) JsonValue.parse(in.readAllBytes())).members().forEach((name, value) -> {
                var vector = (JsonObject) value;
                all.add(new Rfc(name, (JsonObject) vector.get("jwk"), text(vector, "token"), text(vector, "payload")));
            });
            return all;
        } catch (IOException | JsonException unreadable) {
            throw new UncheckedIOException(new IOException(unreadable));
        }
    }

    /// The bytes of a member of its key.
    byte[] bytes(String member) {
        return Base64Url.decoded(text(jwk, member)).orElseThrow();
    }

    /// Its key, as verifiers get it; the set of a public key still has its private half, as a careless operator's
    /// would.
    Keys keys() {
        return name.contains(": HS") ? Keys.ofSecret(bytes("k"))
                : Jwks.parse(("{\"keys\":[" + jwk + "]}").getBytes(UTF_8)).keys();
    }

    /// Its key's public members, as a JWK with these members before them: `"kid":"a",`.
    String publicJwk(String more) {
        var text = new StringBuilder("{" + more);
        String comma = "";
        for (var member : jwk.members().entrySet()) {
            if (member.getKey().equals("d")) continue;
            text.append(comma).append(new JsonString(member.getKey())).append(':').append(member.getValue());
            comma = ",";
        }
        return text.append('}').toString();
    }

    @Override
    public String toString() {
        return name;
    }

    private static Rfc named(String algorithm) {
        return all().stream().filter(vector -> vector.name.contains(": " + algorithm)).findFirst().orElseThrow();
    }

    private static String text(JsonObject object, String member) {
        return ((JsonString) object.get(member)).value();
    }
}
