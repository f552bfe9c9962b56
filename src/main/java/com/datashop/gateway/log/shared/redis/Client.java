package com.datashop.gateway.log.shared.redis;

import java.io.IOException;
import java.util.regex.Pattern;

/// The name that Redis has for a connection, by which it can end the connection.
///
/// @param address its remote address as Redis sees it; after a restart of Redis, another client may have the same id
record Client(String id, String address) {
    /// No connection, or one that Redis does not name.
    static final Client UNKNOWN = new Client("", "");
    private static final Pattern INFO = Pattern.compile("\\bid=([0-9]+) addr=(\\S+)");

    /// The name of this connection; [#UNKNOWN] when the user may not ask for it.
    static Client of(Connection connection) throws IOException {
        var info = INFO.matcher(connection.ask(RedisCommand.of("CLIENT", "INFO")).toString());
        return info.find() ? new Client(info.group(1), info.group(2)) : UNKNOWN;
    }

    /// Asks Redis to end the connection, so that nothing more comes from it; false when the user may not.
    boolean end(Connection by) throws IOException {
        if (equals(UNKNOWN)) return false;
        return by.ask(RedisCommand.of("CLIENT", "KILL", "ID", id, "ADDR", address)) instanceof RedisReply.Number;
    }
}
