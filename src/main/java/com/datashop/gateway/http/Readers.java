package com.datashop.gateway.http;

import com.datashop.gateway.auth.Grant;

/// Finds out who wants to read, and what that caller may.
@FunctionalInterface
public interface Readers {
    /// A longer user name is none.
    int MAX_USER = 256;

    /// @throws Problem when the caller is not proven
    Grant grant(Request request) throws Problem;

    /// Anyone may read anything, and is who `X-User-Id` says.
    static Readers anyone() {
        return request -> {
            String user = request.header("X-User-Id").orElse("anonymous");
            if (user.length() > MAX_USER) throw new Problem(Refusal.BAD_PARAMETER, "X-User-Id is longer than " + MAX_USER + " characters");
            return Grant.all(user);
        };
    }
}
