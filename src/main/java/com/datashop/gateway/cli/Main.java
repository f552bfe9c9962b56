package com.datashop.gateway.cli;

import com.datashop.gateway.cli.command.Banner;
import com.datashop.gateway.cli.command.HealthCheck;
import com.datashop.gateway.cli.command.PublishCommand;
import com.datashop.gateway.cli.command.Serve;
import com.datashop.gateway.cli.command.StandardOutput;
import com.datashop.gateway.cli.command.TailCommand;
import com.datashop.gateway.cli.command.TokenCommand;
import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Version;
import com.datashop.gateway.cli.jvm.IdleHeap;
import java.io.IOException;
import java.net.SocketException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `java -jar gateway.jar`: starts a gateway or runs a subcommand. On failure it says why in one line.
public final class Main {
    private Main() { }

    /// Runs the command and ends the process, unless a gateway is running.
    ///
    /// @param args perhaps a subcommand, then flags, as `--help` lists them
    public static void main(String[] args) {
        var exit = command(List.of(args));
        // When this returns, the process ends by itself. `System.exit` takes longer: it first looks for a logger.
        if (exit != null && exit != Exit.OK) System.exit(exit.code());
    }

    private static Exit command(List<String> args) {
        var named = args.isEmpty() ? Optional.<Command>empty() : Command.named(args.getFirst());
        var rest = named.isEmpty() ? args : args.subList(1, args.size());
        var command = named.orElse(Command.SERVE);
        if (asks(rest, "--help") || asks(rest, "-h")) {
            return StandardOutput.print(Help.of(command));
        }
        if (asks(rest, "--version")) {
            return StandardOutput.print("Logs SSE Gateway " + Version.text() + "\n");
        }
        try {
            if (named.isEmpty() && !args.isEmpty() && !args.getFirst().startsWith("-")) refuseWord(args.getFirst());
            return run(command, rest);
        } catch (ConfigException bad) {
            return failure(bad, Exit.USAGE);
        } catch (IOException failed) {
            return failure(failed, Exit.FAILED);
        }
    }

    /// Names the command that a mistyped one may mean. The word itself may be part of a secret.
    private static void refuseWord(String word) throws ConfigException {
        var nearest = Command.nearest(word);
        if (nearest.isPresent())
            throw new ConfigException("unknown argument number 1; did you mean " + nearest.get().word() + "?");
    }

    /// Whether the flag is among the options. Behind `--` there are only words.
    private static boolean asks(List<String> args, String flag) {
        int end = args.indexOf("--");
        return (end < 0 ? args : args.subList(0, end)).contains(flag);
    }

    /// Runs the command; null when a gateway is running.
    private static Exit run(Command command, List<String> args) throws ConfigException, IOException {
        var environment = System.getenv();
        return switch (command) {
            case SERVE -> serve(environment, args);
            case HEALTH -> StandardOutput.print(HealthCheck.ask(environment, args) + "\n");
            case TAIL -> TailCommand.run(environment, RawArguments.of(args));
            case PUBLISH -> PublishCommand.run(environment, RawArguments.of(args));
            case TOKEN -> TokenCommand.run(environment, RawArguments.of(args), Instant.now());
        };
    }

    private static Exit serve(Map<String, String> environment, List<String> args) throws ConfigException, IOException {
        Thread.setDefaultUncaughtExceptionHandler(new DeadThread());
        var config = Config.of(environment, args);
        var serve = open(config);
        Runtime.getRuntime().addShutdownHook(new Thread(serve::close, "shutdown"));
        System.out.print(Banner.of(config, serve.port()));
        IdleHeap.giveBack();
        return null;
    }

    private static Serve open(Config config) throws IOException {
        try {
            return Serve.start(config);
        } catch (SocketException refused) { // In use, of another machine, not allowed, or no address at all.
            throw new IOException("can not listen on HOST " + config.host() + ", PORT " + config.port() + ": "
                    + refused.getMessage(), refused);
        }
    }

    /// Prints the failure in one line, even if the message quotes several.
    private static Exit failure(Exception why, Exit exit) {
        System.err.println("gateway: " + why.getMessage().replaceAll("\\p{Cntrl}+", " "));
        return exit;
    }
}
