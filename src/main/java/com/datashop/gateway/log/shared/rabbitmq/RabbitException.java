package com.datashop.gateway.log.shared.rabbitmq;

import java.io.IOException;

/// Tells that RabbitMQ has closed the connection or a channel, and why.
final class RabbitException extends IOException {
    private static final long serialVersionUID = 1;
    static final int ACCESS_REFUSED = 403;
    static final int NOT_FOUND = 404;
    static final int LOCKED = 405;
    static final int PRECONDITION_FAILED = 406;
    static final int NOT_ALLOWED = 530;
    private static final int INTERNAL_ERROR = 541;
    private static final int MAX_LENGTH = 300;

    private final int code;
    private final int method;

    /// @param code AMQP's code, as 404
    /// @param method the method that was refused, or 0
    RabbitException(int code, String text, int method) {
        super(describe(code, text));
        this.code = code;
        this.method = method;
    }

    int code() {
        return code;
    }

    /// Whether it may pass by itself: the queue is there, but no node of RabbitMQ serves it yet.
    boolean mayPass() {
        boolean isConsumeRefused = code == PRECONDITION_FAILED && method == Method.BASIC_CONSUME;
        return code == NOT_FOUND || code == INTERNAL_ERROR || isConsumeRefused;
    }

    /// Whether RabbitMQ refused a message.
    boolean isOfPublish() {
        return method == Method.BASIC_PUBLISH;
    }

    /// The reason in plain words, and then in those of RabbitMQ.
    private static String describe(int code, String text) {
        String cause = switch (code) {
            case ACCESS_REFUSED -> text.contains("ogin was refused") ? "wrong user or password: "
                    : "the user lacks a right: ";
            case NOT_FOUND -> "there is no such queue, or no node of RabbitMQ that serves it: ";
            case PRECONDITION_FAILED -> text.contains("inequivalent arg") || text.contains("x-queue-type")
                    ? "the queue is there with other arguments: " : "RabbitMQ refuses: ";
            case NOT_ALLOWED -> "no such vhost, or the user may not use it: ";
            case 320 -> "RabbitMQ has closed the connection: ";
            default -> "RabbitMQ refuses: ";
        };
        String line = text.replaceAll("[\\p{Cntrl}\"]+", " ");
        return cause + (line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "..." : line);
    }
}
