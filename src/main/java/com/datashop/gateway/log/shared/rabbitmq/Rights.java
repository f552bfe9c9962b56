package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;
import java.util.List;

/// Checks at the start that the user may write.
final class Rights {
    /// A name that no queue has, since RabbitMQ keeps `amq.` for itself.
    private static final String NOWHERE = "amq.gateway-nowhere";

    private Rights() { }

    /// Sends a message to a queue that is not there. RabbitMQ returns the message if the user may write.
    static void check(Connection connection) throws IOException {
        connection.publish(1, NOWHERE, new MessageHead(MessageHead.Kind.FENCE, 0, 0, "rights").properties(), List.of());
        connection.flush();
        connection.expect(1, Method.BASIC_RETURN);
    }
}
