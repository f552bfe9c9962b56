package com.datashop.gateway.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs the commands of the gateway's jar as a shell does.
public final class Jar {
    /// The last words of a command that runs it.
    public static final List<String> PROGRAM = Program.WORDS;
    /// A command that runs it in a small heap.
    public static final List<String> COMMAND = command("-Xmx64m");

    private Jar() { }

    /// The words of a command that runs it with these options of the JVM; arguments may follow.
    public static List<String> command(String... options) {
        var words = Jvm.command(options);
        words.addAll(PROGRAM);
        return List.copyOf(words);
    }

    /// Starts a command with these variables, and no other but `PATH`.
    public static Child start(Map<String, String> variables, String... arguments) {
        var command = new ArrayList<>(COMMAND);
        command.addAll(List.of(arguments));
        return Child.start(environment(variables), command);
    }

    /// Starts a line of bash, in which `gateway` is the jar.
    public static Child shell(Map<String, String> variables, String line) {
        String gateway = "gateway() { " + String.join(" ", COMMAND) + " \"$@\"; }; export -f gateway; ";
        return Child.start(environment(variables), List.of("bash", "-c", gateway + line));
    }

    /// The variables that lead a command to this gateway as its built-in publisher.
    public static Map<String, String> to(int port) {
        return Map.of("LOGS_URL", "http://127.0.0.1:" + port, "LOGS_TOKEN", Gateway.TOKEN);
    }

    private static Map<String, String> environment(Map<String, String> variables) {
        var all = new HashMap<>(Map.of("PATH", System.getenv("PATH"), "LC_ALL", "C.UTF-8", "SHELL", "/bin/bash"));
        all.putAll(variables);
        return Map.copyOf(all);
    }
}
