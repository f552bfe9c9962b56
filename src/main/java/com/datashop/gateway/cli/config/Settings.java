package com.datashop.gateway.cli.config;

import com.datashop.gateway.auth.TextFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The values of options: by flag, or else by environment, or else from the file that `X_FILE` names.
///
/// Each value is read as its type. A blank value counts as none.
public final class Settings {
    private static final int HOUR = 3600;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?([kmg]?)(i?b)?");

    private final Map<Option, String> values = new EnumMap<>(Option.class);
    private final Map<Option, Path> files = new EnumMap<>(Option.class);

    /// @param args `--name value`, where the value does not begin with `--`, or `--name=value`
    /// @throws ConfigException when a flag is not known, has no value or is given twice, or a file cannot be read
    public Settings(Map<String, String> environment, List<String> args) throws ConfigException {
        for (var option : Option.of(Command.SERVE)) {
            var value = environment.get(option.name());
            var file = option.isSecret() ? environment.get(option.name() + "_FILE") : null;
            if (value != null && !TextFile.stripped(value).isEmpty()) {
                values.put(option, TextFile.stripped(value));
            } else if (file != null && !file.isBlank()) {
                var path = TextFile.stripped(file);
                checkDecoded(option.name() + "_FILE", path);
                values.put(option, read(option, path));
                files.put(option, Path.of(path));
            }
        }
        var flags = new EnumMap<Option, String>(Option.class);
        for (int i = 0; i < args.size(); i++) {
            var parts = args.get(i).split("=", 2);
            String unknown = "unknown argument " + (Option.looksLikeFlag(parts[0]) ? parts[0] : "number " + (i + 1));
            var option = Option.ofFlag(Command.SERVE, parts[0]).orElseThrow(() -> new ConfigException(
                    unknown + Option.nearest(Command.SERVE, parts[0]).map(flag -> "; did you mean " + flag + "?")
                            .orElse("; --help lists what there is")));
            if (parts.length == 1 && (++i == args.size() || args.get(i).startsWith("--")))
                throw new ConfigException(parts[0] + " needs a value");
            var value = parts.length == 2 ? parts[1] : args.get(i);
            if (flags.put(option, TextFile.stripped(value)) != null)
                throw new ConfigException(parts[0] + " is given twice");
        }
        flags.values().removeIf(String::isEmpty);
        values.putAll(flags);
        files.keySet().removeAll(flags.keySet());
        values.values().removeIf(String::isEmpty);
        for (var value : values.entrySet()) checkDecoded(value.getKey().name(), value.getValue());
    }

    public Optional<String> get(Option option) {
        return Optional.ofNullable(values.get(option));
    }

    /// The file that holds a secret; empty when the secret is given directly, or not at all.
    public Optional<Path> file(Option option) {
        return Optional.ofNullable(files.get(option));
    }

    /// Reads one of these words, in upper or lower case.
    public String choice(Option option, String otherwise, List<String> choices) throws ConfigException {
        String value = get(option).orElse(otherwise).toLowerCase(Locale.ROOT);
        if (!choices.contains(value))
            throw new ConfigException(option.name() + " must be one of " + String.join(", ", choices));
        return value;
    }

    public int number(Option option, int otherwise, int least, int most) throws ConfigException {
        var text = get(option);
        try {
            int number = text.isEmpty() ? otherwise : Integer.parseInt(text.get());
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException notOne) {
            // Refused below, like a number out of range.
        }
        throw new ConfigException(option.name() + " must be a whole number from " + least + " to " + most);
    }

    public int number(Option option, int least, int most) throws ConfigException {
        return number(option, Integer.parseInt(option.otherwise()), least, most);
    }

    public Duration seconds(Option option, int least) throws ConfigException {
        return Duration.ofSeconds(number(option, least, HOUR));
    }

    /// Reads bytes, as a plain number or with a unit: `64MiB`, `64m`, `64 MB`. All units are powers of 1024.
    public long size(Option option, long otherwise, long most) throws ConfigException {
        var text = get(option);
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
        throw new ConfigException(option.name() + " must be a number of bytes like 1048576 or 64MiB"
                + (most < Long.MAX_VALUE ? ", at most " + most : ""));
    }

    /// Parses the text. An error of the parser is reported with the option's name.
    public static <T> T parsed(Option option, String text, Function<String, T> parser) throws ConfigException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException bad) {
            throw new ConfigException(option.name() + " " + bad.getMessage());
        }
    }

    /// Refuses a value with U+FFFD, which stands for a byte that the JVM could not decode.
    ///
    /// The JVM decodes the environment and the arguments by the locale. In a POSIX locale each byte beyond ASCII
    /// becomes U+FFFD. Then any secret with as many such bytes is as good as the true one, and a directory has a wrong
    /// name.
    private static void checkDecoded(String name, String value) throws ConfigException {
        if (TextFile.isDecoded(value)) return;
        throw new ConfigException(name
                + " has characters that this process can not decode: start it in a UTF-8 locale, as with LC_ALL=C.UTF-8"
                + " (its character set is " + System.getProperty("sun.jnu.encoding")
                + "), and give the value in UTF-8");
    }

    private static String read(Option option, String file) throws ConfigException {
        try {
            String text = TextFile.read(Path.of(file));
            if (text.isEmpty()) throw new ConfigException(option.name() + "_FILE: nothing is in " + file);
            return text;
        } catch (IOException | InvalidPathException unreadable) {
            String why = unreadable instanceof IOException ? unreadable.getMessage() : "is no path of a file";
            throw new ConfigException(option.name() + "_FILE: " + file + " " + why);
        }
    }
}
