package com.datashop.gateway.cli.command;

import com.datashop.gateway.cli.config.Arguments;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.client.Endpoint;
import com.datashop.gateway.client.RefusedException;
import com.datashop.gateway.client.TokenSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Tells the commands that talk to a gateway where it is and which token to use.
final class Access {
    private Access() { }

    /// The gateway and the token that the arguments and the environment name.
    ///
    /// @throws ConfigException when the address or the token is malformed; the token is not shown
    static Endpoint endpoint(Arguments arguments, Map<String, String> environment) throws ConfigException {
        var url = arguments.one(Option.LOGS_URL).orElse(Option.LOGS_URL.otherwise());
        try {
            return new Endpoint(Endpoint.parse(url), token(arguments, environment));
        } catch (IllegalArgumentException bad) {
            throw new ConfigException(arguments.name(Option.LOGS_URL) + " " + bad.getMessage());
        }
    }

    private static TokenSource token(Arguments arguments, Map<String, String> environment) throws ConfigException {
        var file = arguments.one(Option.TOKEN_FILE);
        var token = arguments.one(Option.LOGS_TOKEN);
        if (arguments.has(Option.LOGS_TOKEN) && file.isPresent())
            throw new ConfigException("--token and --token-file exclude each other");
        if (file.isPresent()) return inFile("--token-file", file.get());
        if (token.isEmpty()) {
            var variable = environment.getOrDefault("LOGS_TOKEN_FILE", "");
            return variable.isBlank() ? new TokenSource.None() : inFile("LOGS_TOKEN_FILE", variable);
        }
        if (!TokenSource.isToken(token.get()))
            throw new ConfigException(arguments.name(Option.LOGS_TOKEN) + " holds a character that no token has");
        return new TokenSource.Given(token.get());
    }

    /// The token in the file. It reads the file once now, so that a wrong name is told at once.
    private static TokenSource inFile(String name, String path) throws ConfigException {
        try {
            var file = new TokenSource.InFile(Path.of(path));
            var token = file.read().orElseThrow();
            // A pipe, as from `<(pass show logs)`, can be read only once.
            return Files.isRegularFile(file.file()) ? file : new TokenSource.Given(token);
        } catch (InvalidPathException bad) {
            throw new ConfigException(name + " is not the path of a file");
        } catch (IOException unreadable) {
            throw new ConfigException(name + ": " + unreadable.getMessage());
        }
    }

    /// Prints why the gateway refused, and returns the exit of the process.
    static Exit reportRefusal(Endpoint endpoint, RefusedException refused) {
        System.err.println("gateway: " + PlainText.of(endpoint.base() + ": " + refused.getMessage(), false, false));
        if (refused.isOfAccess()) return Exit.REFUSED;
        return refused.status() == 400 ? Exit.USAGE : Exit.FAILED;
    }
}
