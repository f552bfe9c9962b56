package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogSettings;
import com.datashop.gateway.log.shared.Address;
import com.datashop.gateway.log.shared.BusUrl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Says where the log is in Kafka, and how much is kept there.
///
/// @param servers the brokers that are asked first; they name the others
/// @param login null when the brokers do not ask who the gateway is
/// @param retentionBytes about how much of the brokers' disks a topic that the gateway creates may take
/// @param retentionAge how long such a topic keeps events; null for as long as there is room
public record KafkaSettings(List<Address> servers, boolean tls, Login login, String topic, long retentionBytes,
        Duration retentionAge) implements LogSettings {
    private static final String TOPIC = "logs";
    private static final int PORT = 9092;
    private static final int MAX_SERVERS = 16;
    /// The names that Kafka takes for a topic.
    private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    private static final String FORM = "kafka://user:password@host:9092,host:9092/topic?sasl=plain";

    /// Reads a URL. A message about a wrong one does not quote it, because it may contain a password.
    ///
    /// @throws IllegalArgumentException when it is wrong; its message follows the name of the option
    public static KafkaSettings parse(String url, long retentionBytes, Duration retentionAge) {
        var parts = BusUrl.parse(url);
        var mechanism = parts.take("sasl");
        parts.end(1, "sasl");
        if (parts.login().isEmpty() && mechanism.isPresent())
            throw new IllegalArgumentException("has sasl without a user: " + FORM);
        var login = parts.login()
                .map(given -> Login.of(given, mechanism.map(Mechanism::parse).orElse(Mechanism.PLAIN))).orElse(null);
        String topic = parts.path(0).orElse(TOPIC);
        if (!NAME.matcher(topic).matches())
            throw new IllegalArgumentException("names a topic that Kafka can not have: 1 to 249 of A-Z a-z 0-9 . _ -");
        return new KafkaSettings(parts.servers(PORT, MAX_SERVERS, "servers"), parts.scheme().equals("kafkas"), login,
                topic, retentionBytes, retentionAge);
    }

    /// The URL for messages, without the password.
    @Override
    public String toString() {
        return (tls ? "kafkas" : "kafka") + "://" + String.join(",", servers.stream().map(Address::toString).toList())
                + "/" + topic;
    }

    /// How the gateway proves who it is (RFC 4422).
    public enum Mechanism {
        PLAIN,
        SCRAM_SHA_256,
        SCRAM_SHA_512;

        private static Mechanism parse(String name) {
            for (var mechanism : values())
                if (mechanism.saslName().equals(name.toUpperCase(Locale.ROOT))) return mechanism;
            throw new IllegalArgumentException("has a sasl that is not known; there are plain, scram-sha-256 and"
                    + " scram-sha-512");
        }

        /// Its name on the wire.
        public String saslName() {
            return name().replace('_', '-');
        }
    }

    /// The user that the gateway is to the brokers. The password is never shown.
    public record Login(String user, String password, Mechanism mechanism) {
        private static Login of(BusUrl.Login login, Mechanism mechanism) {
            if (login.user().isEmpty() || login.password() == null || login.password().isEmpty())
                throw new IllegalArgumentException(
                        "has a user without a password, or a password without a user: " + FORM);
            return new Login(login.user(), login.password(), mechanism);
        }

        @Override
        public String toString() {
            return user;
        }
    }

    @Override
    public EventLog open(long now, long warmBytes, int bodyBytes) throws IOException {
        return Kafka.open(this, warmBytes, bodyBytes);
    }
}
