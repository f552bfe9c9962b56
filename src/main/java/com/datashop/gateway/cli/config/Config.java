package com.datashop.gateway.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.JwksSource;
import com.datashop.gateway.auth.JwtVerifier;
import com.datashop.gateway.auth.KeySource;
import com.datashop.gateway.auth.Keys;
import com.datashop.gateway.auth.ServiceTokens;
import com.datashop.gateway.auth.ServiceTokensFile;
import com.datashop.gateway.cli.jvm.HeapRoom;
import com.datashop.gateway.cli.jvm.JdkServer;
import com.datashop.gateway.http.Cors;
import com.datashop.gateway.http.access.Readers;
import com.datashop.gateway.http.pages.PagePolicy;
import com.datashop.gateway.log.LogSettings;
import com.datashop.gateway.log.disk.DiskSettings;
import com.datashop.gateway.log.disk.Fsync;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The checked configuration. From here on every value has its type and is in its range.
///
/// @param pages what the gateway's own pages may do
/// @param serviceTokens gives the current tokens
/// @param adminToken null when none is set
/// @param proxies how many proxies in front are trusted
/// @param maxAge how long a stream lasts; zero for no limit
/// @param historyBytes the heap for the history of all channels
/// @param warmUpStreams how many streams are opened before clients are let in, so that the JVM compiles their code
/// @param log where the log lives, on disk or in a broker; empty when it lives in memory alone
public record Config(
        int port, String host, boolean production, Cors cors, PagePolicy pages, System.Logger.Level logLevel,
        Supplier<ServiceTokens> serviceTokens, boolean builtInTokens,
        Readers readers, String adminToken, int proxies, Duration heartbeat, Duration maxAge, Duration writeTimeout,
        int historyEvents, long historyBytes, Optional<LogSettings> log, Limits limits,
        int warmUpStreams, Duration requestTimeout, Duration shutdown) {

    /// The limits on clients.
    ///
    /// @param connectionBytes the heap that streams may take
    /// @param bytesAConnection the heap that each stream counts for, without its head
    /// @param waiting how many newcomers may wait for a place while departed clients are looked for
    /// @param connectionsPerAddress 0 for no limit
    /// @param connectionsPerUser 0 for no limit
    /// @param bodyBytes before and after inflating
    /// @param publishRate events a second for each service token; 0 for no limit
    public record Limits(int connections, long connectionBytes, long bytesAConnection, int waiting,
            int connectionsPerAddress, int connectionsPerUser, int channelsPerStream, int bodyBytes,
            int publishRate) { }

    private static final String BUILT_IN_TOKENS =
            "l5-etl-token=etl,faas-token=faas,function-token=function,analytics-token=analytics";
    private static final long HISTORY_BYTES = 64L << 20;
    private static final long RETENTION_BYTES = 1L << 30;
    /// The part of the heap for history. The rest is for connections.
    private static final int HISTORY_SHARE_OF_HEAP = 8;
    private static final int CONNECTIONS = 10_000;
    /// The longest `MAX_STREAM_SECONDS`: ten years. 0 means no limit.
    private static final int MAX_STREAM_SECONDS = 315_360_000;
    /// The JVM has compiled the most by then.
    private static final int WARM_UP_STREAMS = 2000;
    /// The connections that are not streams: publishers, probes, and clients that are refused.
    private static final int SPARE_CONNECTIONS = 64;
    private static final List<String> AUTHS = List.of("none", "jwt", "proxy");

    /// Reads the configuration.
    ///
    /// @throws ConfigException when a value is bad, or production lacks what has no default there
    public static Config of(Map<String, String> environment, List<String> args) throws ConfigException {
        var settings = new Settings(environment, args);
        boolean production = settings.choice(Option.NODE_ENV, Option.NODE_ENV.otherwise(),
                List.of("development", "test", "production")).equals("production");
        if (production) requireInProduction(settings, Option.SERVICE_TOKENS, Option.STREAM_AUTH);
        long historyBytes = settings.size(Option.HISTORY_BYTES,
                Math.min(HISTORY_BYTES, Runtime.getRuntime().maxMemory() / HISTORY_SHARE_OF_HEAP), Long.MAX_VALUE);
        return new Config(
                settings.number(Option.PORT, 0, 65535),
                settings.get(Option.HOST).orElse(Option.HOST.otherwise()),
                production,
                Settings.parsed(Option.ALLOWED_ORIGINS,
                        settings.get(Option.ALLOWED_ORIGINS).orElse(Option.ALLOWED_ORIGINS.otherwise()), Cors::parse),
                Settings.parsed(Option.FRAME_ANCESTORS,
                        settings.get(Option.FRAME_ANCESTORS).orElse(Option.FRAME_ANCESTORS.otherwise()),
                        PagePolicy::framedBy),
                level(settings.choice(Option.LOG_LEVEL, Option.LOG_LEVEL.otherwise(),
                        List.of("error", "warn", "info", "debug"))),
                serviceTokens(settings),
                settings.get(Option.SERVICE_TOKENS).isEmpty(),
                readers(settings),
                adminToken(settings),
                settings.number(Option.TRUST_PROXY, 0, 100),
                settings.seconds(Option.HEARTBEAT_SECONDS, 1),
                Duration.ofSeconds(settings.number(Option.MAX_STREAM_SECONDS, 0, MAX_STREAM_SECONDS)),
                settings.seconds(Option.WRITE_TIMEOUT_SECONDS, 1),
                settings.number(Option.HISTORY_EVENTS, 1, 100_000_000),
                historyBytes,
                log(settings),
                limits(settings, production, historyBytes),
                settings.number(Option.WARM_UP_STREAMS, 0, WARM_UP_STREAMS),
                settings.seconds(Option.REQUEST_TIMEOUT_SECONDS, 1),
                settings.seconds(Option.SHUTDOWN_SECONDS, 0));
    }

    private static Optional<LogSettings> log(Settings settings) throws ConfigException {
        var fsync = settings.choice(Option.FSYNC, Option.FSYNC.otherwise(), List.of("always", "interval"))
                .equals("always") ? Fsync.ALWAYS : Fsync.INTERVAL;
        long bytes = retentionBytes(settings);
        var age = retentionAge(settings);
        var directory = settings.get(Option.DATA_DIR);
        var url = settings.get(Option.BUS_URL);
        if (url.isPresent() && directory.isPresent())
            throw new ConfigException("BUS_URL and DATA_DIR exclude each other: the log is in the broker, or on disk");
        if (directory.isPresent()) {
            var path = Settings.parsed(Option.DATA_DIR, directory.get(), text -> Path.of(text).toAbsolutePath());
            return Optional.of(new DiskSettings(path, fsync, bytes, age));
        }
        if (url.isEmpty()) return Optional.empty();
        var kind = BusKind.of(url.get()).orElseThrow(
                () -> new ConfigException("BUS_URL must begin with one of " + BusKind.known()));
        return Optional.of(Settings.parsed(Option.BUS_URL, url.get(), text -> kind.parse(text, bytes, age)));
    }

    private static long retentionBytes(Settings settings) throws ConfigException {
        return settings.size(Option.RETENTION_BYTES, RETENTION_BYTES, Long.MAX_VALUE);
    }

    private static Duration retentionAge(Settings settings) throws ConfigException {
        int hours = settings.number(Option.RETENTION_HOURS, 0, 0, 1_000_000);
        return hours == 0 ? null : Duration.ofHours(hours);
    }

    private static Limits limits(Settings settings, boolean production, long historyBytes) throws ConfigException {
        var room = HeapRoom.ofThisJvm();
        int openable = Math.max(1, JdkServer.maxConnections() - SPARE_CONNECTIONS);
        long carried = Math.min(room.forStreams(historyBytes) / room.streamBytes(), openable);
        // The JDK's server refuses connections beyond the open files silently, and does not look for clients that left.
        int connections = Math.min(openable,
                settings.number(Option.MAX_CONNECTIONS, Math.clamp(carried, 1, CONNECTIONS), 1, 10_000_000));
        return new Limits(
                connections,
                room.forStreams(historyBytes),
                room.streamBytes(),
                (JdkServer.maxConnections() - connections) / 2,
                settings.number(Option.MAX_CONNECTIONS_PER_IP, production ? 200 : 0, 0, 10_000_000),
                settings.number(Option.MAX_CONNECTIONS_PER_USER, production ? 50 : 0, 0, 10_000_000),
                settings.number(Option.MAX_CHANNELS_PER_STREAM, 1, 10_000),
                (int) settings.size(Option.MAX_BODY_BYTES, Long.parseLong(Option.MAX_BODY_BYTES.otherwise()), 1L << 30),
                settings.number(Option.PUBLISH_RATE, production ? 5000 : 0, 0, 100_000_000));
    }

    private static Supplier<ServiceTokens> serviceTokens(Settings settings) throws ConfigException {
        var file = settings.file(Option.SERVICE_TOKENS);
        if (file.isPresent())
            return Settings.parsed(
                    Option.SERVICE_TOKENS, file.get().toString(), _ -> new ServiceTokensFile(file.get()));
        var tokens = Settings.parsed(Option.SERVICE_TOKENS,
                settings.get(Option.SERVICE_TOKENS).orElse(BUILT_IN_TOKENS), ServiceTokens::parse);
        return () -> tokens;
    }

    private static Readers readers(Settings settings) throws ConfigException {
        return switch (settings.choice(Option.STREAM_AUTH, "none", AUTHS)) {
            case "jwt" -> Readers.jwt(new JwtVerifier(keys(settings), settings.get(Option.JWT_ISSUER).orElse(null),
                    settings.get(Option.JWT_AUDIENCE).orElse(null), InstantSource.system()));
            case "proxy" -> Readers.proxy(headerValue(Option.PROXY_SECRET, settings.get(Option.PROXY_SECRET)
                    .orElseThrow(() -> new ConfigException(
                            "STREAM_AUTH=proxy needs PROXY_SECRET, which the proxy sends as X-Proxy-Secret"))));
            default -> Readers.anyone();
        };
    }

    private static String adminToken(Settings settings) throws ConfigException {
        var token = settings.get(Option.ADMIN_TOKEN);
        return token.isEmpty() ? null : headerValue(Option.ADMIN_TOKEN, token.get());
    }

    /// Refuses a secret with a line end. It comes in a header, and no header can have a line end, so nobody could
    /// present it.
    private static String headerValue(Option option, String secret) throws ConfigException {
        if (secret.chars().noneMatch(Character::isISOControl)) return secret;
        throw new ConfigException(option.name()
                + " has several lines, or another control character, which no header can carry");
    }

    private static List<KeySource> keys(Settings settings) throws ConfigException {
        var keys = new ArrayList<KeySource>();
        var secret = settings.get(Option.JWT_SECRET);
        if (secret.isPresent())
            keys.add(Settings.parsed(Option.JWT_SECRET, secret.get(), text -> Keys.ofSecret(text.getBytes(UTF_8))));
        var jwks = settings.get(Option.JWT_JWKS);
        if (jwks.isPresent())
            keys.add(Settings.parsed(Option.JWT_JWKS, jwks.get(),
                    location -> JwksSource.of(location, InstantSource.system())));
        if (keys.isEmpty())
            throw new ConfigException("STREAM_AUTH=jwt needs JWT_SECRET (HS256, HS384, HS512)"
                    + " or JWT_JWKS (RS, PS and ES 256, 384 and 512, EdDSA)");
        return keys;
    }

    private static void requireInProduction(Settings settings, Option... options) throws ConfigException {
        var missing = new ArrayList<String>();
        for (var option : options) if (settings.get(option).isEmpty()) missing.add(option.name());
        if (!missing.isEmpty())
            throw new ConfigException("NODE_ENV=production has no default for " + String.join(" and ", missing)
                    + ": set SERVICE_TOKENS=token=service,... (who may publish)"
                    + " and STREAM_AUTH=jwt with JWT_SECRET or JWT_JWKS, STREAM_AUTH=proxy with PROXY_SECRET,"
                    + " or STREAM_AUTH=none (who may read)");
    }

    private static System.Logger.Level level(String name) {
        return switch (name) {
            case "error" -> System.Logger.Level.ERROR;
            case "warn" -> System.Logger.Level.WARNING;
            case "debug" -> System.Logger.Level.DEBUG;
            default -> System.Logger.Level.INFO;
        };
    }
}
