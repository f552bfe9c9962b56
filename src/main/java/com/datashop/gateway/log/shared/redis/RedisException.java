package com.datashop.gateway.log.shared.redis;

import java.io.IOException;

/// Redis has answered with an error where there is nothing to go on with.
final class RedisException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient RedisReply.Failure failure;

    RedisException(RedisReply.Failure failure) {
        super(Refusals.told(failure));
        code = failure.code();
        this.failure = failure;
    }

    /// What Redis said.
    RedisReply.Failure failure() {
        return failure;
    }

    /// The word that the error begins with.
    String code() {
        return code;
    }
}
