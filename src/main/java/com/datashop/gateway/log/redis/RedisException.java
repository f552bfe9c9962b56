package com.datashop.gateway.log.redis;

import java.io.IOException;

/// Redis has answered with an error where there is nothing to go on with.
final class RedisException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;

    RedisException(Reply.Failure failure) {
        super(Refusals.told(failure));
        code = failure.code();
    }

    /// The word that the error begins with.
    String code() {
        return code;
    }
}
