package com.datashop.gateway.event;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The severity of a log entry, from `TRACE` up.
///
/// `levels.js` has the same table for browsers. A test compares both with the table of the contract.
public enum Level {
    TRACE("trace trc verbose vrb silly finest finer t"),
    DEBUG("debug dbg fine http d"),
    INFO("info inf information informational notice success log i"),
    WARN("warn warning wrn w"),
    ERROR("error err fail failure severe e"),
    FATAL("fatal ftl critical crit alert emergency emerg panic dpanic f");

    /// The longest text that is looked at, in characters. No name of a level is longer, with its colours.
    private static final int LONGEST_TEXT = 256;
    private static final Map<String, Level> NAMED = new HashMap<>();
    /// The control sequences of terminals (ECMA-48): `ESC [ ... m` and its like, and `ESC ( B` of `tput sgr0`.
    private static final Pattern ANSI = Pattern.compile("(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]|\\x1b[ -/]+[0-~]");
    /// Go's log/slog writes levels between the named ones as `ERROR+4` or `INFO-2`.
    private static final Pattern OFFSET = Pattern.compile("([a-z]+)[+-][0-9]+");
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final String names;

    Level(String names) {
        this.names = names;
    }

    static {
        for (var level : values()) for (var name : level.names.split(" ")) NAMED.put(name, level);
    }

    /// The level of this name, in upper or lower case, as a subscriber asks for it. Empty when the text is not a name.
    public static Optional<Level> named(String name) {
        if (name.length() > LONGEST_TEXT) return Optional.empty();
        return Optional.ofNullable(NAMED.get(name.trim().toLowerCase(Locale.ROOT)));
    }

    /// The level that the data of an event names. Empty when it names none.
    ///
    /// @param data a JSON value in UTF-8
    public static Optional<Level> ofData(byte[] data) {
        return Optional.ofNullable(LevelReader.read(data, 0, data.length));
    }

    /// The level that a member's string says, by name or number. Null when it says none.
    static Level ofText(String text, LevelScale scale) {
        if (text.length() > LONGEST_TEXT) return null;
        boolean coloured = text.indexOf('\u001b') >= 0 || text.indexOf('\u009b') >= 0;
        String plain = coloured ? ANSI.matcher(text).replaceAll("") : text;
        String name = plain.trim().toLowerCase(Locale.ROOT);
        var level = NAMED.get(name);
        if (level != null) return level;
        if (NUMBER.matcher(name).matches()) return ofNumber(name, scale);
        var offset = OFFSET.matcher(name);
        return offset.matches() ? NAMED.get(offset.group(1)) : null;
    }

    /// The level that a JSON number means. Null when it means none.
    ///
    /// It reads the number as a double, as JavaScript does. That takes linear time.
    static Level ofNumber(String number, LevelScale scale) {
        double value = Double.parseDouble(number);
        return value == Math.rint(value) && Double.isFinite(value) ? scale.level(value) : null;
    }

    public boolean isAtLeast(Level other) {
        return compareTo(other) >= 0;
    }
}
