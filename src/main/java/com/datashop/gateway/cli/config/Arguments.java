package com.datashop.gateway.cli.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A command's arguments: its flags, which win over environment variables, and its other words.
///
/// It uses no lambda and no stream unless it reports an error. The first lambda of a process takes 20 ms, and each
/// further one takes 1 ms. So all code that `tail` runs before its first line does without them.
public final class Arguments {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

    private final Map<String, String> environment;
    private final Map<Option, List<String>> values = new EnumMap<>(Option.class);
    private final List<String> words = new ArrayList<>();

    /// @param args `--name value`, `--name=value`, or words; behind `--` there are only words
    /// @throws ConfigException when the command does not know a flag, or a flag's value is missing
    public Arguments(Command command, Map<String, String> environment, List<String> args) throws ConfigException {
        this.environment = environment;
        for (int i = 0; i < args.size(); i++) {
            var arg = args.get(i);
            if (arg.equals("--")) {
                words.addAll(args.subList(i + 1, args.size()));
                return;
            }
            if (!arg.startsWith("-") || arg.equals("-")) {
                words.add(arg);
                continue;
            }
            int equals = arg.indexOf('=');
            var flag = equals < 0 ? arg : arg.substring(0, equals);
            var known = Option.ofFlag(command, flag);
            if (known.isEmpty()) throw unknown(command, flag);
            var option = known.get();
            boolean isSwitch = option.value().isEmpty();
            if (isSwitch && equals >= 0) throw new ConfigException(flag + " takes no value");
            if (!isSwitch && equals < 0 && (++i == args.size() || args.get(i).startsWith("--")))
                throw needsValue(option);
            var value = isSwitch ? "" : equals < 0 ? args.get(i) : arg.substring(equals + 1);
            // A blank variable counts as none, and so does its flag. `--spool "$FILE"` must not lose what it keeps.
            if (value.isEmpty() && !isSwitch && option.isVariable()) continue;
            if (value.isEmpty() && !isSwitch) throw needsValue(option);
            if (!values.containsKey(option)) values.put(option, new ArrayList<>());
            values.get(option).add(value);
        }
    }

    private static ConfigException needsValue(Option option) {
        return new ConfigException(option.flag() + " needs a value: " + option.flag() + " " + option.value());
    }

    private static ConfigException unknown(Command command, String flag) {
        var nearest = Option.nearest(command, flag.toLowerCase(Locale.ROOT));
        if (!Option.looksLikeFlag(flag))
            return new ConfigException("an argument is not a known option; "
                    + nearest.map(near -> "did you mean " + near + "?").orElse("after -- no argument is an option"));
        return new ConfigException("unknown option " + flag
                + nearest.map(near -> "; did you mean " + near + "?")
                .orElse("; " + command.word() + " --help lists what there is"));
    }

    /// The name by which its value was given: the flag, or else the variable.
    public String name(Option option) {
        return has(option) || !option.isVariable() ? option.flag() : option.name();
    }

    /// The arguments that are not flags.
    public List<String> words() {
        return words;
    }

    /// Whether the switch is given.
    public boolean has(Option option) {
        return values.containsKey(option);
    }

    /// All values of a flag that may be repeated.
    public List<String> all(Option option) {
        return values.getOrDefault(option, List.of());
    }

    /// The value of a flag, or of its variable; empty when neither is given.
    ///
    /// @throws ConfigException when the flag is given twice
    public Optional<String> one(Option option) throws ConfigException {
        var given = all(option);
        if (given.size() > 1) throw new ConfigException(option.flag() + " is given twice");
        if (given.size() == 1) return Optional.of(given.getFirst());
        if (!option.isVariable()) return Optional.empty();
        var value = environment.get(option.name());
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    /// The value of a flag as a duration, as people write it: `30s`, `10m`, `1h`, `1d`.
    ///
    /// @throws ConfigException when the value is none, or the flag is given twice
    public Optional<Duration> duration(Option option) throws ConfigException {
        var text = one(option);
        if (text.isEmpty()) return Optional.empty();
        var parts = DURATION.matcher(text.get().strip());
        if (!parts.matches()) throw new ConfigException(option.flag() + " must be a duration like 30s, 10m, 1h or 1d");
        long number = Long.parseLong(parts.group(1));
        return Optional.of(switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        });
    }

    /// The value of a flag that must be given.
    ///
    /// @throws ConfigException when it is missing, blank or given twice
    public String required(Option option) throws ConfigException {
        var value = one(option);
        if (value.isEmpty() || value.get().isBlank())
            throw new ConfigException(option.flag() + " is missing: " + option.flag() + " " + option.value());
        return value.get();
    }
}
