package com.datashop.gateway.log.shared.redis;

import java.util.Set;

/// The meanings of Redis's errors for the gateway.
final class RedisErrors {
    /// Errors after which a new connection may help, perhaps to another server: this one was demoted, or is not ready.
    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN", "UNBLOCKED");
    private static final int MAX_LENGTH = 300;

    private RedisErrors() { }

    /// Whether the server can not serve now, but perhaps later.
    static boolean isPassing(RedisReply.Failure failure) {
        return PASSING.contains(failure.code());
    }

    /// A message for operators: the cause in plain words, and then the words of Redis.
    static String message(RedisReply.Failure failure) {
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
