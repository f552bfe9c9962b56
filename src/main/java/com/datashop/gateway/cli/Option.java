package com.datashop.gateway.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The table of all options: flags, environment, `--help` and the README's table are made from it, or compared with it.
///
/// @see Config for what values each takes
enum Option {
    PORT("3002", "the port to listen on; 0 for any free one"),
    HOST("0.0.0.0", "the address to listen on"),
    NODE_ENV("development", "`production` switches the development conveniences off"),
    ALLOWED_ORIGINS("*", "`*`, or the origins whose pages may use the gateway, comma-separated"),
    LOG_LEVEL("info", "error, warn, info or debug"),
    SERVICE_TOKENS("development: the built-in ones", "`token=service`, comma-separated, split at the last `=`; service `*` is all; `token=service/workspace` binds it to one workspace", true),
    STREAM_AUTH("development: none", "how subscribers prove themselves: none"),
    ADMIN_TOKEN("", "what `/admin` asks for; without it, it is open in development and off in production", true),
    HEARTBEAT_SECONDS("15", "the longest silence on a stream"),
    WRITE_TIMEOUT_SECONDS("30", "how long a write to a client may make no progress"),
    HISTORY_EVENTS("1000", "how many events of a channel can be replayed"),
    HISTORY_BYTES("64 MiB, at most an eighth of the heap", "the memory for all that can be replayed; the oldest goes first"),
    MAX_CHANNELS_PER_STREAM("100", "how many channels and patterns one stream may name"),
    MAX_BODY_BYTES("1048576", "how large a published body may be, before and after inflating"),
    REQUEST_TIMEOUT_SECONDS("10", "how long a request may take to arrive whole"),
    SHUTDOWN_SECONDS("10", "how long to drain after SIGTERM");

    private final String otherwise;
    private final String meaning;
    private final boolean secret;

    Option(String otherwise, String meaning) {
        this(otherwise, meaning, false);
    }

    Option(String otherwise, String meaning, boolean secret) {
        this.otherwise = otherwise;
        this.meaning = meaning;
        this.secret = secret;
    }

    /// The default, as the tables show it; empty when there is none.
    String otherwise() {
        return otherwise;
    }

    /// What it is for, in one line of Markdown.
    String meaning() {
        return meaning;
    }

    /// Whether it can be read from the file that the variable of this name with `_FILE` names.
    boolean isSecret() {
        return secret;
    }

    /// The flag of the same name: `--port` for `PORT`.
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Option> ofFlag(String flag) {
        return Arrays.stream(values()).filter(option -> option.flag().equals(flag)).findFirst();
    }
}
