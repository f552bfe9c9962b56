package com.datashop.gateway.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The table of all options. Flags, environment, `--help` and the documents' tables are made from it, or compared with
/// it.
///
/// @see Config for the values that each option takes
public enum Option {
    PORT("3002", "the port to listen on; 0 for any free one"),
    HOST("0.0.0.0", "the address to listen on"),
    NODE_ENV("development", "`production` switches the development conveniences off"),
    ALLOWED_ORIGINS("*", "`*`, or the origins whose pages may use the gateway, comma-separated"),
    FRAME_ANCESTORS("'none'",
        "the pages that may show the viewer and the dashboard in a frame: `'none'`, or `'self'` and origins, with "
        + "blanks between them"),
    LOG_LEVEL("info", "error, warn, info or debug"),
    SERVICE_TOKENS("development: the built-in ones",
            "`token=service`, comma-separated, split at the last `=`; service `*` is all; "
                    + "`token=service/workspace` binds it to one workspace", true),
    STREAM_AUTH("development: none", "how subscribers prove themselves: none, jwt or proxy"),
    JWT_SECRET("", "with `jwt`: the key of HS256, HS384 and HS512 tokens, at least 32 bytes", true),
    JWT_JWKS("",
            "with `jwt`: a file or URL with the public keys of RS, PS and ES 256, 384 and 512 and of EdDSA tokens"),
    JWT_ISSUER("", "with `jwt`: what `iss` must be"),
    JWT_AUDIENCE("", "with `jwt`: what `aud` must contain"),
    PROXY_SECRET("", "with `proxy`: what the proxy sends as `X-Proxy-Secret`", true),
    ADMIN_TOKEN("",
            "what `/admin` and `/metrics` ask for; without it they are open in development and off in production",
            true),
    TRUST_PROXY("0", "how many proxies in front are believed when `X-Forwarded-For` says where a request comes from"),
    HEARTBEAT_SECONDS("15", "the longest silence on a stream"),
    MAX_STREAM_SECONDS("3600",
            "how long a stream lasts before its client is asked to resume; each 20 % more or less; 0 for ever"),
    WRITE_TIMEOUT_SECONDS("30", "how long a write to a client may make no progress"),
    HISTORY_EVENTS("1000", "how many events of a channel can be replayed"),
    HISTORY_BYTES("64 MiB, at most an eighth of the heap",
            "the memory for all that can be replayed; the oldest goes first"),
    DATA_DIR("", "a directory for the log: with it, history and ids survive a restart"),
    FSYNC("interval",
            "with `DATA_DIR`, when what is published reaches the disk: "
                    + "always (before the answer) or interval (within a second)"),
    BUS_URL("",
            "a Redis, Valkey, Kafka or RabbitMQ for the log, which any number of nodes then share: `redis://`,"
                    + " `rediss://`, `redis+sentinel://`, `kafka://`, `kafkas://`, `amqp://` or `amqps://`", true),
    RETENTION_BYTES("1 GiB",
            "with `DATA_DIR` or `BUS_URL`: how much is kept on disk or by the broker; the oldest goes first"),
    RETENTION_HOURS("", "with `DATA_DIR` or `BUS_URL`: how long it is kept"),
    MAX_CONNECTIONS("what the heap and the open files carry, at most 10000", "streams on this node"),
    MAX_CONNECTIONS_PER_IP("0; production 200", "streams from one address, or one IPv6 /64; 0 for no limit"),
    MAX_CONNECTIONS_PER_USER("0; production 50", "streams of one proven user; 0 for no limit"),
    MAX_CHANNELS_PER_STREAM("100", "how many channels and patterns one stream may name"),
    MAX_BODY_BYTES("1048576", "how large a published body may be, before and after inflating"),
    PUBLISH_RATE("0; production 5000",
            "events a second for each service token, with a burst of two seconds; 0 for no limit"),
    REQUEST_TIMEOUT_SECONDS("30", "how long a request may take to arrive whole; a late body is answered with 408"),
    WARM_UP_STREAMS("0",
            "how many streams the gateway opens to itself before it lets clients in, so that the first thousand get in "
                    + "sooner; at most 2000, and five seconds"),
    SHUTDOWN_SECONDS("10", "how long to drain after SIGTERM"),

    LOGS_URL("--url", "URL", "http://localhost:3002", "where the gateway is; it may lie below a path", false,
            Command.TAIL, Command.PUBLISH),
    LOGS_TOKEN("--token", "T", "",
            "the token: a JWT for `tail`, a service token for `publish`. Other users of the machine see arguments: "
            + "rather set LOGS_TOKEN, or LOGS_TOKEN_FILE", true, Command.TAIL, Command.PUBLISH),
    TOKEN_FILE("FILE", "a file with the token, which is read again for each connection", Command.TAIL, Command.PUBLISH),
    TAIL("N", "first print the newest N events of history", Command.TAIL),
    SINCE("T", "first print the events of history since then: `30s`, `10m`, `2h`, `1d` or a time", Command.TAIL),
    LEVEL("L", "`tail`: only events of at least this level; `publish`: the level of text that is no JSON", Command.TAIL,
            Command.PUBLISH),
    Q("TEXT", "only events whose data contains the text; may be repeated", Command.TAIL),
    NOT("TEXT", "only events whose data does not contain the text; may be repeated", Command.TAIL),
    WHERE("PATH=VALUE", "only events whose data has this value at this path; may be repeated", Command.TAIL),
    JSON("", "print each event as JSON, one on a line", Command.TAIL),
    NO_FOLLOW("", "end after history", Command.TAIL),
    SERVICE("S", "`publish`: the service of the channel; `token`: a service that the user may read, may be repeated",
            Command.PUBLISH, Command.TOKEN),
    WORKSPACE("W",
            "`publish`: the workspace of the channel; `token`: a workspace that the user may read, may be repeated",
            Command.PUBLISH,
            Command.TOKEN),
    RESOURCE("R", "the resource of the channel", Command.PUBLISH),
    NDJSON("", "each line is JSON of any kind; a line that is not JSON is not published", Command.PUBLISH),
    PARTIAL("", "publish the good lines when the gateway refuses others; lines of standard input always are",
            Command.PUBLISH),
    TEE("", "also print what is read", Command.PUBLISH),
    TIMEOUT("D", "give up when the gateway has taken nothing for this time, such as `30s`; without it, never",
            Command.PUBLISH),
    SPOOL("FILE", "append the lines that were not published to this file, in a form that can be published later",
            Command.PUBLISH),
    USER("U", "who the token is for", Command.TOKEN),
    TTL("D", "how long the token is good: `30s`, `10m`, `1h`, `1d` (1h)", Command.TOKEN);

    /// The most letters by which a mistyped flag may differ from the flag that was meant.
    private static final int NEAR = 3;
    /// The fewest letters of the beginning of a flag, with its dashes.
    private static final int SHORTEST_BEGUN = 4;
    private static final Pattern FLAG = Pattern.compile("-[a-z]|--[a-z][a-z-]*");

    private final String flag;
    private final String value;
    private final String otherwise;
    private final String meaning;
    private final boolean secret;
    private final Set<Command> commands;

    /// Makes a variable of the server, which has a flag of the same name.
    Option(String otherwise, String meaning) {
        this(otherwise, meaning, false);
    }

    Option(String otherwise, String meaning, boolean secret) {
        this(null, "VALUE", otherwise, meaning, secret, Command.SERVE);
    }

    /// Makes a flag of commands, which is not a variable.
    ///
    /// @param value the name of its value; empty for a switch
    Option(String value, String meaning, Command... commands) {
        this(null, value, "", meaning, false, commands);
    }

    /// Makes a variable of commands whose flag has another name.
    Option(String flag, String value, String otherwise, String meaning, boolean secret, Command... commands) {
        this.flag = flag == null ? "--" + name().toLowerCase(Locale.ROOT).replace('_', '-') : flag;
        this.value = value;
        this.otherwise = otherwise;
        this.meaning = meaning;
        this.secret = secret;
        this.commands = Set.of(commands);
    }

    /// The default, as the tables show it; empty when there is none.
    public String otherwise() {
        return otherwise;
    }

    /// The option's meaning in one line of Markdown.
    public String meaning() {
        return meaning;
    }

    /// Whether its value can come from a file, which the variable of its name with `_FILE` names.
    public boolean isSecret() {
        return secret;
    }

    /// The flag, such as `--port` for `PORT`.
    public String flag() {
        return flag;
    }

    /// The name of the flag's value, as help shows it; empty for a switch.
    public String value() {
        return value;
    }

    /// Whether an environment variable of this name sets it, too.
    public boolean isVariable() {
        return commands.contains(Command.SERVE) || name().startsWith("LOGS_");
    }

    /// The options of a command, in the order of the table.
    public static List<Option> of(Command command) {
        var of = command == Command.HEALTH ? Command.SERVE : command;
        var options = new ArrayList<Option>();
        for (var option : values()) if (option.commands.contains(of)) options.add(option);
        return options;
    }

    /// Whether an unknown argument has the form of a flag, so that an error may show it.
    ///
    /// Any other argument might be part of a secret, such as the rest of a list of tokens that the shell has split.
    static boolean looksLikeFlag(String argument) {
        return FLAG.matcher(argument).matches();
    }

    /// The command's option with this flag; empty when there is none.
    static Optional<Option> ofFlag(Command command, String flag) {
        for (var option : of(command)) if (option.flag.equals(flag)) return Optional.of(option);
        return Optional.empty();
    }

    /// The flag of the command that is most like a mistyped one; empty when none is like it.
    ///
    /// A flag that begins with the mistyped one is like it too. At most a third of a short one may be wrong.
    static Optional<String> nearest(Command command, String mistyped) {
        String best = null;
        int least = Math.min(NEAR, mistyped.length() / 3) + 1;
        for (var option : of(command)) {
            boolean begun = mistyped.length() >= SHORTEST_BEGUN && option.flag.startsWith(mistyped);
            int distance = begun ? 0 : distance(option.flag, mistyped);
            if (distance >= least) continue;
            least = distance;
            best = option.flag;
        }
        return Optional.ofNullable(best);
    }

    /// Levenshtein's distance: the number of letters to insert, delete or change.
    static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
