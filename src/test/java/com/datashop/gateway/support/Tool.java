package com.datashop.gateway.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A program that is installed beside the JDK, and that some tests are nothing without.
public final class Tool {
    /// Where Debian keeps nginx, and which is not on everybody's PATH.
    private static final String SYSTEM = "/usr/sbin";

    private Tool() { }

    /// Where it is. Without it the test is aborted; on a build server (`CI=true`), where nobody reads what was aborted,
    /// it fails.
    public static Path path(String name) {
        var found = Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                Stream.of(SYSTEM))
                .filter(directory -> !directory.isEmpty()).map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable).findFirst();
        if (found.isEmpty()) leaveOut(name + " is not installed: it is neither on PATH nor in " + SYSTEM);
        return found.get();
    }

    /// Aborts the test, for this machine lacks what it needs; on a build server it fails.
    public static void leaveOut(String why) {
        if ("true".equals(System.getenv("CI"))) throw new AssertionError(why);
        Assumptions.abort(why);
    }
}
