package com.datashop.gateway.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Java that tests start programs with: the one that runs them.
public final class Jvm {
    /// Its `java`.
    public static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /// Makes the JVM use its first compiler only.
    ///
    /// Most of these programs live for seconds. In so short a life the second compiler costs more than it gains: a
    /// third of the processor time of a start.
    public static final String QUICK = "-XX:TieredStopAtLevel=1";

    private Jvm() { }

    /// A command line that begins with `java`, and goes on with these options and arguments.
    public static List<String> command(String... more) {
        var command = new ArrayList<>(List.of(JAVA.toString(), QUICK));
        command.addAll(List.of(more));
        return command;
    }

    /// Starts it, with the environment of the tests.
    public static Child start(String... more) {
        return Child.start(command(more).toArray(String[]::new));
    }
}
