package com.datashop.gateway.http;

import java.io.IOException;

/// Answers the requests of one path and method.
@FunctionalInterface
public interface Handler {
    /// @throws Problem when the request is refused
    /// @throws IOException when the connection broke
    /// @throws InterruptedException when the gateway stops
    Reply handle(Request request) throws Problem, IOException, InterruptedException;
}
