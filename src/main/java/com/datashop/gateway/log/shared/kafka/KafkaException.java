package com.datashop.gateway.log.shared.kafka;

import java.io.IOException;

/// A broker has answered with an error, and the request can not go on.
final class KafkaException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /// @param number the code that the broker has sent; the gateway may not know it
    /// @param about the subject of the request
    KafkaException(Code code, int number, String about) {
        super(code.told() + ": " + about + " (" + (code.number == number ? code : "error " + number) + ")");
        this.code = code;
    }

    Code code() {
        return code;
    }

    /// Throws when the number is an error.
    static void check(int number, String about) throws KafkaException {
        if (number != Code.NONE.number) throw new KafkaException(Code.of(number), number, about);
    }
}
