package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;

/// Goes from message to message up to the end of the stream, and asks for fences to notice the end.
final class Walk {
    private final Messages messages;
    private long count;

    Walk(Messages messages) throws IOException {
        this.messages = messages;
        messages.fence();
    }

    /// Waits for the next message; false at the end of the stream.
    boolean next() throws IOException {
        while (true) {
            switch (messages.next(Connection.PATIENCE)) {
                case MESSAGE -> {
                    return true;
                }
                case FENCE -> {
                    if (messages.count() == count) return false;
                    count = messages.count();
                    messages.fence();
                }
                case NOTHING -> throw Connection.silent();
            }
        }
    }
}
