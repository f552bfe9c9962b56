package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A clean copy of the tree below `target`, where a test builds as somebody does who has just cloned it.
public record Checkout(Path root) {
    /// The files that are copied: all that the product is built from, and no test.
    public static final List<String> SOURCES = List.of("pom.xml", "Dockerfile", "scripts", "src/main");
    private static final String STAMP = "target/built-in-run";
    private static final Duration BUILD = Duration.ofMinutes(4);

    /// Makes one, in place of what an earlier run has left there.
    public static Checkout make(String name) {
        return make(root(name));
    }

    private static Checkout make(Path root) {
        Directories.delete(root);
        for (var source : SOURCES) copy(Path.of(source), root.resolve(source));
        return new Checkout(root);
    }

    /// One with its jar built, made once in a run of the tests.
    public static Checkout built() {
        var root = root("first");
        Once.inThisRun(root, root.resolve(STAMP), () -> make(root).build(Map.of()));
        return new Checkout(root);
    }

    private static Path root(String name) {
        return Path.of("target", "checkouts", name).toAbsolutePath();
    }

    /// Builds the jar, with these variables.
    public Checkout build(Map<String, String> environment) {
        run(environment, "bash", "-c", "here=. && . scripts/jdk && . scripts/jar");
        return this;
    }

    public Path jar() {
        return resolve("target/gateway.jar");
    }

    /// Runs a command in it, with the JDK of the tests and these variables; fails when it does.
    public String run(Map<String, String> environment, String... command) {
        var all = new HashMap<>(System.getenv());
        all.put("JAVA_HOME", System.getProperty("java.home"));
        all.putAll(environment);
        try (var child = Child.startIn(root, all, List.of(command))) {
            if (child.awaitExit(BUILD) != 0) throw new AssertionError(child.toString());
            return child.out() + child.err();
        }
    }

    public Path resolve(String path) {
        return root.resolve(path);
    }

    private static void copy(Path from, Path to) {
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Files.isDirectory(file) ? target : target.getParent());
                if (Files.isRegularFile(file)) Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
