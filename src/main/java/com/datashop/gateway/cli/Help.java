package com.datashop.gateway.cli;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;

/// What `--help` prints, made from the tables of commands and options.
final class Help {
    private static final String JAR = "java -jar gateway.jar ";

    private Help() { }

    static String of(Command command) {
        var help = new StringBuilder();
        if (command == Command.SERVE) {
            help.append("Logs SSE Gateway: POST a log line, and every browser that follows its channel has it.\n\n");
            for (var each : Command.values()) help.append(String.format("  %s%s%n      %s%n", JAR, each.usage(), each.purpose()));
            help.append("\nEach command has a --help of its own. The options of a gateway:\n\n");
        } else {
            help.append("usage: ").append(JAR).append(command.usage()).append("\n\n").append(command.purpose()).append("\n\n");
        }
        for (var option : Option.of(command)) row(help, option);
        help.append(String.format("  %-26s %-24s %s%n", "--help", "", "print this"));
        if (command == Command.SERVE) help.append(String.format("  %-26s %-24s %s%n", "--version", "", "print the version"));
        if (command == Command.SERVE || command == Command.HEALTH)
            help.append("\nEach option is also an environment variable; the flag wins. A secret X can be read from the file that X_FILE names.\n");
        if (command == Command.TOKEN) help.append("\nIt reads JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE as the gateway does.\n");
        if (command == Command.TAIL || command == Command.PUBLISH || command == Command.TOKEN)
            help.append("\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the gateway (401, 403).\n");
        return help.toString();
    }

    private static void row(StringBuilder help, Option option) {
        String flag = option.flag() + (option.value().isEmpty() || option.value().equals("VALUE") ? "" : " " + option.value());
        String otherwise = option.otherwise().isEmpty() ? "" : " (" + option.otherwise() + ")";
        help.append(String.format("  %-26s %-24s %s%n", flag, option.isVariable() ? option.name() : "", option.meaning().replace("`", "") + otherwise));
    }
}
