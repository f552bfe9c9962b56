package com.datashop.gateway.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/// Says in one line why a connection failed or broke.
final class Failure {
    private Failure() { }

    static String reason(IOException broken) {
        String message = String.valueOf(broken.getMessage());
        return switch (broken) {
            case UnknownHostException unknown -> "no such host: " + unknown.getMessage();
            // The JDK tells the two time limits apart by their messages alone.
            case SocketTimeoutException _ when message.startsWith("Connect") -> "no connection in time";
            case SocketTimeoutException _ -> "no answer in time";
            case IOException _ when broken.getMessage() == null -> broken.getClass().getSimpleName();
            case IOException _ -> message;
        };
    }
}
