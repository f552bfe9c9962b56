package com.datashop.gateway.log.shared.kafka;

import java.io.IOException;

/// Tells that a broker has answered a request with an error.
final class KafkaException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /// @param number the code that the broker has sent; the gateway may not know it
    /// @param about the subject of the request
    KafkaException(ErrorCode code, int number, String about) {
        super(code.text() + ": " + about + " (" + (code.number == number ? code : "error " + number) + ")");
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }

    /// Throws an exception if the number is that of an error.
    static void check(int number, String about) throws KafkaException {
        if (number != ErrorCode.NONE.number) throw new KafkaException(ErrorCode.of(number), number, about);
    }
}
