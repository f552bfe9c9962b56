package com.datashop.gateway.http;

/// Answers a request whose body is late, while the thread that handles the request still waits for the body.
@FunctionalInterface
interface LateAnswer {
    /// @param received the bytes of the body that have come
    void send(Request request, Problem problem, long received);
}
