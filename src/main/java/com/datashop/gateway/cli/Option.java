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
    STREAM_AUTH("development: none", "how subscribers prove themselves: none, jwt or proxy"),
    JWT_SECRET("", "with `jwt`: the key of HS256 tokens, at least 32 bytes", true),
    JWT_JWKS("", "with `jwt`: a file or URL with the public keys of RS256, PS256, ES256 or EdDSA tokens"),
    JWT_ISSUER("", "with `jwt`: what `iss` must be"),
    JWT_AUDIENCE("", "with `jwt`: what `aud` must contain"),
    PROXY_SECRET("", "with `proxy`: what the proxy sends as `X-Proxy-Secret`", true),
    ADMIN_TOKEN("", "what `/admin` and `/metrics` ask for; without it they are open in development and off in production", true),
    TRUST_PROXY("0", "how many proxies in front are believed when `X-Forwarded-For` says where a request comes from"),
    HEARTBEAT_SECONDS("15", "the longest silence on a stream"),
    WRITE_TIMEOUT_SECONDS("30", "how long a write to a client may make no progress"),
    HISTORY_EVENTS("1000", "how many events of a channel can be replayed"),
    HISTORY_BYTES("64 MiB, at most an eighth of the heap", "the memory for all that can be replayed; the oldest goes first"),
    DATA_DIR("", "a directory for the log: with it, history and ids survive a restart"),
    FSYNC("interval", "with `DATA_DIR`, when what is published reaches the disk: always (before the answer) or interval (within a second)"),
    BUS_URL("", "a Redis or Valkey for the log, which any number of nodes then share: `redis://`, `rediss://` or `redis+sentinel://`", true),
    RETENTION_BYTES("1 GiB", "with `DATA_DIR` or `BUS_URL`: how much is kept on disk or by the broker; the oldest goes first"),
    RETENTION_HOURS("", "with `DATA_DIR` or `BUS_URL`: how long it is kept"),
    MAX_CONNECTIONS("what the heap and the open files carry, at most 10000", "streams on this node"),
    MAX_CONNECTIONS_PER_IP("0; production 200", "streams from one address, or one IPv6 /64; 0 for no limit"),
    MAX_CONNECTIONS_PER_USER("0; production 50", "streams of one proven user; 0 for no limit"),
    MAX_CHANNELS_PER_STREAM("100", "how many channels and patterns one stream may name"),
    MAX_BODY_BYTES("1048576", "how large a published body may be, before and after inflating"),
    PUBLISH_RATE("0; production 5000", "events a second for each service token, with a burst of two seconds; 0 for no limit"),
    REQUEST_TIMEOUT_SECONDS("30", "how long a request may take to arrive whole; a late body is answered with 408"),
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
