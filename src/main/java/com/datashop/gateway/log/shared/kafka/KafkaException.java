package com.datashop.gateway.log.shared.kafka;

import java.io.IOException;

/// A broker has answered with an error where there is nothing to go on with.
final class KafkaException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /// @param number the code as it came, which the gateway may not know
    /// @param about what was asked for
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
