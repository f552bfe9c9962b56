package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogSettings;
import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.BusUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Says where the log is in Redis, and how much is kept there.
///
/// @param servers one server, or the sentinels
/// @param master the name that the sentinels know the server by; null when there are no sentinels
/// @param login the login at the server
/// @param sentinelLogin the login at the sentinels
/// @param stream the key of the stream
/// @param retentionBytes about how much memory of the server the stream may take
/// @param retentionAge about how long events are kept; null for as long as there is room
public record RedisSettings(List<Address> servers, String master, boolean tls, Login login, Login sentinelLogin,
        int database, String stream, long retentionBytes, Duration retentionAge) implements LogSettings {
    private static final String STREAM = "logs";
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MAX_SENTINELS = 16;
    private static final int MAX_NAME = 512;

    /// Reads a URL. A message about a wrong one does not quote it, because it may contain a password.
    ///
    /// @throws IllegalArgumentException when it is wrong; its message follows the name of the option
    public static RedisSettings parse(String url, long retentionBytes, Duration retentionAge) {
        var parts = BusUrl.parse(url);
        boolean tls = parts.scheme().startsWith("rediss");
        boolean sentinels = parts.scheme().endsWith("+sentinel");
        var servers = sentinels
                ? parts.servers(SENTINEL_PORT, MAX_SENTINELS, "sentinels") : parts.servers(PORT, 1, "servers");
        String master = sentinels ? parts.path(0).orElseThrow(() -> new IllegalArgumentException(
                "lacks the name that the sentinels know the server by: redis+sentinel://host:26379/NAME")) : null;
        int database = parts.path(sentinels ? 1 : 0).map(RedisSettings::database).orElse(0);
        var login = parts.login().map(Login::of).orElse(Login.NONE);
        var sentinelLogin =
                new Login(parts.take("sentinel-user").orElse(null), parts.take("sentinel-password").orElse(null));
        String stream = parts.take("stream").orElse(STREAM);
        if (stream.isEmpty() || stream.length() > MAX_NAME) throw new IllegalArgumentException(
                "names a stream that has no character, or more than " + MAX_NAME);
        parts.end(sentinels ? 2 : 1, "stream, sentinel-user and sentinel-password");
        return new RedisSettings(servers, master, tls, login, sentinelLogin, database, stream, retentionBytes,
                retentionAge);
    }

    /// The URL for messages, without passwords.
    @Override
    public String toString() {
        return (tls ? "rediss" : "redis") + (master == null ? "" : "+sentinel") + "://"
                + String.join(",", servers.stream().map(Address::toString).toList())
                + (master == null ? "" : "/" + master);
    }

    private static int database(String text) {
        if (!text.matches("[0-9]{1,5}")) throw new IllegalArgumentException("names a database that is no number");
        return Integer.parseInt(text);
    }

    /// The name and the password that the gateway logs in with.
    ///
    /// @param user null for the default user
    /// @param password null for none
    public record Login(String user, String password) {
        static final Login NONE = new Login(null, null);

        private static Login of(BusUrl.Login login) {
            if (login.password() == null) throw new IllegalArgumentException(
                    "has a user without a password: redis://user:password@host, or redis://:password@host");
            return new Login(login.user().isEmpty() ? null : login.user(), login.password());
        }

        @Override
        public String toString() {
            return user == null ? "default" : user;
        }
    }

    @Override
    public EventLog open(long now, long warmBytes, int bodyBytes) throws IOException {
        return Redis.open(this, warmBytes, bodyBytes);
    }
}
