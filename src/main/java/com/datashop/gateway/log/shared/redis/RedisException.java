package com.datashop.gateway.log.shared.redis;

import java.io.IOException;

/// An error of Redis where the gateway can not go on.
final class RedisException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient RedisReply.Failure failure;

    RedisException(RedisReply.Failure failure) {
        super(RedisErrors.message(failure));
        code = failure.code();
        this.failure = failure;
    }

    /// The error of Redis.
    RedisReply.Failure failure() {
        return failure;
    }

    /// The first word of the error.
    String code() {
        return code;
    }
}
