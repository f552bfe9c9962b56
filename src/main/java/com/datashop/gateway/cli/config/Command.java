package com.datashop.gateway.cli.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What the jar can be asked to do.
public enum Command {
    SERVE("[serve] [--option value]...", "Starts a gateway."),
    HEALTH("health [--option value]...", "Asks the gateway on PORT how it is: exit code 0 when it is well, else 1."),
    TAIL("tail CHANNEL... [--option value]...", "Follows channels and prints what comes, through restarts of the gateway."),
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

    /// What follows `java -jar gateway.jar`.
    public String usage() {
        return usage;
    }

    /// What it does, in one sentence.
    public String purpose() {
        return purpose;
    }

    /// The command of this word.
    public static Optional<Command> named(String word) {
        return Arrays.stream(values()).filter(command -> command.word().equals(word)).findFirst();
    }
}
