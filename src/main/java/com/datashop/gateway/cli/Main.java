package com.datashop.gateway.cli;

import java.io.IOException;
import java.net.SocketException;
import java.util.List;

/// `java -jar gateway.jar`: starts a gateway, or does what its subcommand says, or tells why not in one line.
public final class Main {
    /// The subcommand that need not be given.
    private static final String SERVE = "serve";

    private Main() { }

    /// @param args perhaps a subcommand, then flags, as `--help` lists them
    public static void main(String[] args) {
        var exit = command(List.of(args));
        if (exit != null) System.exit(exit.code());
    }

    private static Exit command(List<String> args) {
        var rest = args.subList(Math.min(1, args.size()), args.size());
        return switch (args.isEmpty() ? SERVE : args.getFirst()) {
            case HealthCheck.NAME -> health(rest);
            case SERVE -> run(rest);
            default -> run(args);
        };
    }

    /// Null when a gateway is running.
    private static Exit run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            System.out.print(help());
            return Exit.OK;
        }
        if (args.contains("--version")) {
            System.out.println("Logs SSE Gateway " + Version.text());
            return Exit.OK;
        }
        Thread.setDefaultUncaughtExceptionHandler(new DeadThread());
        try {
            var config = Config.of(System.getenv(), args);
            var serve = open(config);
            Runtime.getRuntime().addShutdownHook(new Thread(serve::close, "shutdown"));
            System.out.print(Banner.of(config, serve.port()));
            IdleHeap.giveBack();
            return null;
        } catch (ConfigException bad) {
            return failure(bad, Exit.USAGE);
        } catch (IOException failed) {
            return failure(failed, Exit.FAILED);
        }
    }

    private static Exit health(List<String> args) {
        if (args.contains("--help")) return run(args);
        try {
            System.out.println(HealthCheck.ask(System.getenv(), args));
            return Exit.OK;
        } catch (ConfigException bad) {
            return failure(bad, Exit.USAGE);
        } catch (IOException unwell) {
            return failure(unwell, Exit.FAILED);
        }
    }

    private static Serve open(Config config) throws IOException {
        try {
            return Serve.start(config);
        } catch (SocketException refused) { // in use, not of this machine, not allowed, or no address at all
            throw new IOException("can not listen on HOST " + config.host() + ", PORT " + config.port() + ": " + refused.getMessage(), refused);
        }
    }

    /// In one line, whatever it quotes.
    private static Exit failure(Exception why, Exit exit) {
        System.err.println("gateway: " + why.getMessage().replaceAll("\\p{Cntrl}+", " "));
        return exit;
    }

    private static String help() {
        var help = new StringBuilder("""
                Logs SSE Gateway: POST a log line, and every browser that follows its channel has it.

                usage: java -jar gateway.jar [serve] [--option value]...    starts a gateway
                       java -jar gateway.jar health [--option value]...     asks the one on PORT how it is: exit code 0 when it is well, else 1

                Each option is also an environment variable; the flag wins. A secret X can be read from the file that X_FILE names.

                """);
        for (var option : Option.values()) {
            String otherwise = option.otherwise().isEmpty() ? "" : " (" + option.otherwise() + ")";
            help.append(String.format("  %-26s %-24s %s%n", option.flag(), option.name(), option.meaning().replace("`", "") + otherwise));
        }
        help.append(String.format("  %-26s %-24s %s%n  %-26s %-24s %s%n", "--help", "", "print this", "--version", "", "print the version"));
        return help.toString();
    }
}
