package com.datashop.gateway.cli;

import com.datashop.gateway.auth.ServiceTokens;
import com.datashop.gateway.http.Cors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What the gateway was told, checked: from here on every value is of its type and in its range.
///
/// @param adminToken null when none is set
/// @param historyBytes in memory, for all channels
/// @param maxBodyBytes before and after inflating
public record Config(
        int port, String host, boolean production, Cors cors, System.Logger.Level logLevel, ServiceTokens serviceTokens, boolean builtInTokens,
        String adminToken, Duration heartbeat, Duration writeTimeout, int historyEvents, long historyBytes, int maxChannelsPerStream,
        int maxBodyBytes, Duration requestTimeout, Duration shutdown) {

    private static final String BUILT_IN_TOKENS = "l5-etl-token=etl,faas-token=faas,function-token=function,analytics-token=analytics";
    private static final long HISTORY_BYTES = 64L << 20;
    /// The rest of the heap is for connections.
    private static final int HISTORY_SHARE_OF_HEAP = 8;
    private static final int HOUR = 3600;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?([kmg]?)(i?b)?");

    /// Reads the configuration.
    ///
    /// @throws ConfigException when a value is bad, or production lacks what has no default there
    public static Config of(Map<String, String> environment, List<String> args) throws ConfigException {
        var settings = new Settings(environment, args);
        boolean production = choice(settings, Option.NODE_ENV, Set.of("development", "test", "production")).equals("production");
        if (production) requireInProduction(settings, Option.STREAM_AUTH, Option.SERVICE_TOKENS);
        choice(settings, Option.STREAM_AUTH, Set.of("none"), "none");
        var tokens = settings.get(Option.SERVICE_TOKENS);
        return new Config(
                number(settings, Option.PORT, 0, 65535),
                settings.get(Option.HOST).orElse(Option.HOST.otherwise()),
                production,
                parsed(settings.get(Option.ALLOWED_ORIGINS).orElse(Option.ALLOWED_ORIGINS.otherwise()), Option.ALLOWED_ORIGINS, Cors::parse),
                level(choice(settings, Option.LOG_LEVEL, Set.of("error", "warn", "info", "debug"))),
                parsed(tokens.orElse(BUILT_IN_TOKENS), Option.SERVICE_TOKENS, ServiceTokens::parse),
                tokens.isEmpty(),
                settings.get(Option.ADMIN_TOKEN).orElse(null),
                seconds(settings, Option.HEARTBEAT_SECONDS, 1),
                seconds(settings, Option.WRITE_TIMEOUT_SECONDS, 1),
                number(settings, Option.HISTORY_EVENTS, 1, 100_000_000),
                size(settings, Option.HISTORY_BYTES, Math.min(HISTORY_BYTES, Runtime.getRuntime().maxMemory() / HISTORY_SHARE_OF_HEAP), Long.MAX_VALUE),
                number(settings, Option.MAX_CHANNELS_PER_STREAM, 1, 10_000),
                (int) size(settings, Option.MAX_BODY_BYTES, Long.parseLong(Option.MAX_BODY_BYTES.otherwise()), 1L << 30),
                seconds(settings, Option.REQUEST_TIMEOUT_SECONDS, 1),
                seconds(settings, Option.SHUTDOWN_SECONDS, 0));
    }

    private static void requireInProduction(Settings settings, Option... options) throws ConfigException {
        var missing = new ArrayList<String>();
        for (var option : options) if (settings.get(option).isEmpty()) missing.add(option.name());
        if (!missing.isEmpty())
            throw new ConfigException("NODE_ENV=production has no default for " + String.join(" and ", missing)
                    + ": set SERVICE_TOKENS=token=service,... (who may publish) and STREAM_AUTH=none (who may read: anyone)");
    }

    private static String choice(Settings settings, Option option, Set<String> choices) throws ConfigException {
        return choice(settings, option, choices, option.otherwise());
    }

    private static String choice(Settings settings, Option option, Set<String> choices, String otherwise) throws ConfigException {
        String value = settings.get(option).orElse(otherwise).toLowerCase(Locale.ROOT);
        if (!choices.contains(value)) throw new ConfigException(option.name() + " must be one of " + String.join(", ", choices.stream().sorted().toList()));
        return value;
    }

    private static Duration seconds(Settings settings, Option option, int least) throws ConfigException {
        return Duration.ofSeconds(number(settings, option, least, HOUR));
    }

    private static int number(Settings settings, Option option, int least, int most) throws ConfigException {
        String text = settings.get(option).orElse(option.otherwise());
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException notOne) {
            // refused below, like a number out of range
        }
        throw new ConfigException(option.name() + " must be a whole number from " + least + " to " + most);
    }

    /// Bytes, as a plain number or with a unit: `64MiB`, `64m`, `64 MB`; all units are powers of 1024.
    private static long size(Settings settings, Option option, long otherwise, long most) throws ConfigException {
        var text = settings.get(option);
        if (text.isEmpty()) return otherwise;
        var size = SIZE.matcher(text.get().toLowerCase(Locale.ROOT));
        if (size.matches()) {
            int shift = switch (size.group(2)) {
                case "k" -> 10;
                case "m" -> 20;
                case "g" -> 30;
                default -> 0;
            };
            long number = Long.parseLong(size.group(1));
            if (number >= 1 && number <= most >> shift) return number << shift;
        }
        throw new ConfigException(option.name() + " must be a number of bytes like 1048576 or 64MiB" + (most < Long.MAX_VALUE ? ", at most " + most : ""));
    }

    private static <T> T parsed(String text, Option option, Function<String, T> parser) throws ConfigException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException bad) {
            throw new ConfigException(option.name() + ": " + bad.getMessage());
        }
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
