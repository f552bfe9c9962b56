package com.datashop.gateway.log.shared.redis;

import java.io.IOException;
import java.util.regex.Pattern;

/// A connection, as Redis names it.
///
/// @param address where it comes from, as Redis sees it: after a restart of Redis the same id is another's
record Client(String id, String address) {
    /// None, or one that Redis does not tell of.
    static final Client UNKNOWN = new Client("", "");
    private static final Pattern INFO = Pattern.compile("\\bid=([0-9]+) addr=(\\S+)");

    /// How Redis names this connection; unknown when the user may not ask.
    static Client of(Connection connection) throws IOException {
        var info = INFO.matcher(connection.ask(RedisCommand.of("CLIENT", "INFO")).toString());
        return info.find() ? new Client(info.group(1), info.group(2)) : UNKNOWN;
    }

    /// Has Redis take nothing more from it; false when the user may not.
    boolean end(Connection by) throws IOException {
        return !equals(UNKNOWN) && by.ask(RedisCommand.of("CLIENT", "KILL", "ID", id, "ADDR", address)) instanceof RedisReply.Number;
    }
}
