package com.datashop.gateway.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Request;
import java.security.MessageDigest;

/// Who may see the admin pages: the bearer of `ADMIN_TOKEN`; without one everybody in development, and nobody in production.
public final class AdminAccess {
    private final byte[] token;
    private final boolean production;

    /// @param token the token, or null when none is set
    public AdminAccess(String token, boolean production) {
        this.token = token == null ? null : token.getBytes(UTF_8);
        this.production = production;
    }

    public void check(Request request) throws Problem {
        if (token == null && !production) return;
        if (token == null) throw new Problem(Refusal.ADMIN_OFF, "set ADMIN_TOKEN to use this in production");
        var presented = request.bearer();
        if (presented.isEmpty()) throw unproven(Refusal.NO_CREDENTIAL, "this needs Authorization: Bearer ADMIN_TOKEN");
        if (!MessageDigest.isEqual(token, presented.get().getBytes(UTF_8))) throw unproven(Refusal.BAD_CREDENTIAL, "that is not the ADMIN_TOKEN");
    }

    private static Problem unproven(Refusal refusal, String detail) {
        return new Problem(refusal, detail).with("WWW-Authenticate", "Bearer realm=\"admin\"");
    }
}
