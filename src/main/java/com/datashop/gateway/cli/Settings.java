package com.datashop.gateway.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The values that options were given: by flag, else by environment, else from the file that `X_FILE` names. A blank one is none.
final class Settings {
    /// What an unknown argument looks like that may be shown; any other might be the rest of a list of tokens that the shell took apart.
    private static final Pattern FLAG = Pattern.compile("-[a-z]|--[a-z][a-z-]*");

    private final Map<Option, String> values = new EnumMap<>(Option.class);

    /// @param args `--name value`, where the value does not begin with `--`, or `--name=value`
    /// @throws ConfigException when a flag is not known, has no value or is given twice, or a file can not be read
    Settings(Map<String, String> environment, List<String> args) throws ConfigException {
        for (var option : Option.values()) {
            var value = environment.get(option.name());
            var file = option.isSecret() ? environment.get(option.name() + "_FILE") : null;
            if (value != null && !value.isBlank()) values.put(option, value.strip());
            else if (file != null && !file.isBlank()) values.put(option, read(option, file.strip()));
        }
        var flags = new EnumMap<Option, String>(Option.class);
        for (int i = 0; i < args.size(); i++) {
            var parts = args.get(i).split("=", 2);
            String unknown = "unknown argument " + (FLAG.matcher(parts[0]).matches() ? parts[0] : "number " + (i + 1)) + "; --help lists what there is";
            var option = Option.ofFlag(parts[0]).orElseThrow(() -> new ConfigException(unknown));
            if (parts.length == 1 && (++i == args.size() || args.get(i).startsWith("--"))) throw new ConfigException(parts[0] + " needs a value");
            var value = parts.length == 2 ? parts[1] : args.get(i);
            if (flags.put(option, value.strip()) != null) throw new ConfigException(parts[0] + " is given twice");
        }
        flags.values().removeIf(String::isEmpty);
        values.putAll(flags);
        values.values().removeIf(String::isEmpty);
    }

    Optional<String> get(Option option) {
        return Optional.ofNullable(values.get(option));
    }

    private static String read(Option option, String file) throws ConfigException {
        try {
            String text = Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) throw new ConfigException(option.name() + "_FILE: nothing is in " + file);
            return text;
        } catch (IOException | InvalidPathException unreadable) {
            throw new ConfigException(option.name() + "_FILE: can not read " + file);
        }
    }
}
