package com.datashop.gateway.cli.config;

import java.util.Locale;
import java.util.Optional;

/// The commands of the jar.
public enum Command {
    SERVE("[serve] [--option value]...", "Starts a gateway."),
    HEALTH("health [--option value]...", "Asks the gateway on PORT how it is: exit code 0 when it is well, else 1."),
    TAIL("tail CHANNEL... [--option value]...",
            "Follows channels and prints what comes, through restarts of the gateway."),
    PUBLISH("publish --service S --workspace W [--option value]... [MESSAGE... | -]",
            "Publishes its arguments as one entry, or standard input line by line."),
    TOKEN("token --user U --workspace W... [--option value]...", "Makes a JWT for a reader, signed with JWT_SECRET.");

    private final String usage;
    private final String purpose;

    Command(String usage, String purpose) {
        this.usage = usage;
        this.purpose = purpose;
    }

    /// The word that names it on the command line.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The part of the command line after `java -jar gateway.jar`.
    public String usage() {
        return usage;
    }

    /// The command's purpose in one sentence.
    public String purpose() {
        return purpose;
    }

    /// The command with this word.
    public static Optional<Command> named(String word) {
        for (var command : values()) if (command.word().equals(word)) return Optional.of(command);
        return Optional.empty();
    }

    /// The command whose word is most like a mistyped one; empty when none is like it.
    public static Optional<Command> nearest(String mistyped) {
        Command best = null;
        int least = mistyped.length() / 2 + 1;
        for (var command : values()) {
            int distance = Option.distance(command.word(), mistyped);
            if (distance >= least) continue;
            least = distance;
            best = command;
        }
        return Optional.ofNullable(best);
    }
}
