package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs JWTs as a team's own login would.
public final class Tokens {
    /// 32 bytes, as HS256 asks for.
    public static final String SECRET = "a-secret-of-thirty-two-bytes-or-more";

    private Tokens() { }

    /// An HS256 token of these claims, signed with [#SECRET].
    public static String sign(String claims) {
        String signed = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + part(claims.getBytes(UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            return signed + "." + part(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /// A token for `ann` that is good for so many seconds and reads these workspaces.
    public static String reader(long seconds, String... workspaces) {
        return sign("{\"sub\":\"ann\",\"exp\":" + (System.currentTimeMillis() / 1000 + seconds) + ",\"workspaces\":[\""
                + String.join("\",\"", workspaces) + "\"]}");
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
