package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.util.List;

/// What the user must be allowed to do beside declaring and reading the stream: found out at the start.
final class Rights {
    /// A name that no queue has, since `amq.` is RabbitMQ's.
    private static final String NOWHERE = "amq.gateway-nowhere";

    private Rights() { }

    /// Sends a message to a queue that is not there, and sees that it is given back and not refused.
    static void check(Connection connection) throws IOException {
        connection.publish(1, NOWHERE, new Head(Head.Kind.FENCE, 0, 0, "rights").properties(), List.of());
        connection.flush();
        connection.expect(1, Method.BASIC_RETURN);
    }
}
