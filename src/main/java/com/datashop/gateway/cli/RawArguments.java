package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The arguments as their author wrote them, in UTF-8, also where the JVM reads them in another character set.
///
/// Cron and many builds run in the POSIX locale. There the JVM makes a U+FFFD of each byte that is not ASCII, and a
/// message would be published without its letters.
final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() { }

    /// The same arguments, read again from the command line of the process when one of them could not be decoded.
    static List<String> of(List<String> arguments) {
        if (isDecoded(arguments)) return arguments;
        try {
            var words = new String(Files.readAllBytes(COMMAND_LINE), UTF_8).split("\0", -1);
            int end = words.length - 1; // Behind the last word comes a 0, too.
            var raw = new ArrayList<String>();
            for (int i = Math.max(0, end - arguments.size()); i < end; i++) raw.add(words[i]);
            return raw.size() == arguments.size() ? List.copyOf(raw) : arguments;
        } catch (IOException noLinux) {
            return arguments;
        }
    }

    private static boolean isDecoded(List<String> arguments) {
        if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) return true;
        for (var argument : arguments)
            for (int i = 0; i < argument.length(); i++) if (argument.charAt(i) > '~') return false;
        return true;
    }
}
