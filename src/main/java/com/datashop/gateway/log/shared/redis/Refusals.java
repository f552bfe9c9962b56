package com.datashop.gateway.log.shared.redis;

import java.util.Set;

/// The meanings of Redis's errors for the gateway.
final class Refusals {
    /// Errors after which a new connection may help, perhaps to another server: this one was demoted, or is not ready.
    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN", "UNBLOCKED");
    private static final int MAX_LENGTH = 300;

    private Refusals() { }

    /// Whether the server does not serve now, but may later.
    static boolean isPassing(RedisReply.Failure failure) {
        return PASSING.contains(failure.code());
    }

    /// The message: first in words that are easy to read, then in those of Redis.
    static String told(RedisReply.Failure failure) {
        if (failure.message().contains("exhausted the last possible ID")) return Frontier.USED_UP;
        String cause = switch (failure.code()) {
            case "WRONGPASS" -> "wrong user or password: ";
            case "NOAUTH" -> "a password is needed: ";
            case "NOPERM" -> "the user lacks a right: ";
            case "WRONGTYPE" -> "the key is no stream: ";
            case "OOM" -> "Redis is out of memory: ";
            case "MISCONF" -> "Redis can not write to its disk: ";
            case "LOADING" -> "Redis is reading its data back: ";
            case "READONLY" -> "this Redis is a replica: ";
            case "NOREPLICAS" -> "Redis lacks the replicas that it is to have: ";
            default -> "Redis refuses: ";
        };
        String message = failure.message();
        return cause + (message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) + "..." : message);
    }
}
