package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.Arguments;
import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.cli.config.Settings;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.json.JsonWriter;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// `token`: makes a JWT for a reader, signed by HS256 with `JWT_SECRET`, to try things out.
public final class TokenCommand {
    private static final Duration USUAL_TTL = Duration.ofHours(1);
    /// RFC 7518, 3.2: a key must be at least as long as the hash.
    private static final int LEAST_SECRET = 32;

    private TokenCommand() { }

    /// Runs the command to its end, and returns how it ends.
    ///
    /// @throws ConfigException when an argument is missing or bad
    public static Exit run(Map<String, String> environment, List<String> args, Instant now) throws ConfigException {
        var arguments = new Arguments(Command.TOKEN, environment, args);
        if (!arguments.words().isEmpty()) throw new ConfigException("token takes only options");
        var server = new Settings(environment, List.of());
        var secret = server.get(Option.JWT_SECRET)
                .orElseThrow(() -> new ConfigException("JWT_SECRET is not set: the gateway's own, which signs tokens"))
                .getBytes(UTF_8);
        if (secret.length < LEAST_SECRET)
            throw new ConfigException("JWT_SECRET must have at least " + LEAST_SECRET + " bytes");
        if (arguments.all(Option.WORKSPACE).isEmpty())
            throw new ConfigException("--workspace is missing: a token without one reads nothing; '*' means all");
        checkNames(arguments, Option.WORKSPACE);
        checkNames(arguments, Option.SERVICE);
        var ttl = arguments.duration(Option.TTL).orElse(USUAL_TTL);
        if (ttl.isZero()) throw new ConfigException("--ttl must be longer than nothing");
        var claims = new JsonWriter().beginObject().member("sub", arguments.required(Option.USER))
                .member("iat", now.getEpochSecond())
                .member("exp", now.plus(ttl).getEpochSecond());
        list(claims, "workspaces", arguments.all(Option.WORKSPACE));
        if (!arguments.all(Option.SERVICE).isEmpty()) list(claims, "services", arguments.all(Option.SERVICE));
        server.get(Option.JWT_ISSUER).ifPresent(issuer -> claims.member("iss", issuer));
        server.get(Option.JWT_AUDIENCE).ifPresent(audience -> claims.member("aud", audience));
        return StandardOutput.print(signed(claims.endObject().toBytes(), secret) + "\n");
    }

    /// Refuses a name that no channel has. A list with commas is one, and would read nothing.
    private static void checkNames(Arguments arguments, Option option) throws ConfigException {
        for (var name : arguments.all(option)) {
            if (name.equals("*")) continue;
            try {
                Channel.of(name, name, null);
            } catch (InvalidChannelException bad) {
                throw new ConfigException(option.flag() + bad.getMessage().substring("service".length())
                        + "; give the option once for each");
            }
        }
    }

    private static void list(JsonWriter claims, String name, List<String> values) {
        claims.name(name).beginArray();
        for (var value : values) claims.value(value);
        claims.endArray();
    }

    private static String signed(byte[] claims, byte[] secret) {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
