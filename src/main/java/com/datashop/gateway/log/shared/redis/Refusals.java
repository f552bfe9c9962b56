package com.datashop.gateway.log.shared.redis;

import java.util.Set;

/// What the errors of Redis mean to the gateway.
final class Refusals {
    /// Another try, on a new connection, perhaps to another server, may do: this one has been demoted, or is not ready.
    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN", "UNBLOCKED");
    private static final int MAX_LENGTH = 300;

    private Refusals() { }

    /// Whether it says that this server does not serve now, and not that it will not.
    static boolean isPassing(RedisReply.Failure failure) {
        return PASSING.contains(failure.code());
    }

    /// In words for the one who reads them first, and then in those of Redis.
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
