package com.datashop.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/// Programs of others, from npm and Maven Central: `src/test/clients` says which, in manifests of its own, and they
/// come to `target` when a test needs them.
public final class Packages {
    /// The file that holds the manifest as it was resolved: only a changed manifest is resolved again.
    private static final String STAMP = "resolved";
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";
    private static final List<String> MAVEN_COPY =
            List.of("-B", "-q", DEPENDENCY_PLUGIN + ":copy-dependencies", "-DoutputDirectory=jars");
    /// The oldest Node that the newest clients of `package.json` run on.
    private static final int LEAST_NODE = 20;
    private static final Duration DOWNLOAD = Duration.ofMinutes(3);
    private static final Path SOURCE = Path.of("src", "test", "clients").toAbsolutePath();
    private static final Path TARGET = Path.of("target", "clients").toAbsolutePath();

    private Packages() { }

    /// Where npm's packages are, in `node_modules`: a script that stands there can import them.
    public static Path npm() {
        try (var node = Child.start(Tool.path("node").toString(), "--version")) {
            node.awaitExit();
            if (Integer.parseInt(node.out().strip().replaceFirst("v(\\d+)\\..*", "$1")) < LEAST_NODE)
                Tool.leaveOut("Node " + LEAST_NODE + " is needed, and this is " + node.out().strip());
        }
        return Npm.DIRECTORY;
    }

    /// The class path with Maven's.
    public static String classPath() {
        return Maven.CLASS_PATH;
    }

    /// The class path with a Kafka, and with its own client.
    public static String kafka() {
        return Kafka.CLASS_PATH;
    }

    /// A file of `src/test/clients`.
    public static Path source(String name) {
        return SOURCE.resolve(name);
    }

    /// The words that follow `java` and its options to run a program of `src/test/clients` on this class path.
    ///
    /// The program is compiled once, by this process: `java Program.java` would start a compiler for each run.
    public static List<String> program(String name, String classPath) {
        var classes = TARGET.resolve("programs").resolve(name);
        var source = source(name + ".java");
        try {
            Once.make(classes, classes.resolve(STAMP), Files.readString(source) + classPath,
                    () -> compile(source, classPath, classes));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return List.of("--class-path", classPath + File.pathSeparator + classes, name);
    }

    private static void compile(Path source, String classPath, Path classes) {
        var said = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, said, said, "-proc:none", "--class-path", classPath,
                "-d", classes.toString(), source.toString());
        if (code != 0) throw new AssertionError(said.toString(StandardCharsets.UTF_8));
    }

    /// The packages from npm, got when they are first asked for.
    private static final class Npm {
        private static final Path DIRECTORY = resolve("npm", List.of("package.json", "package-lock.json"),
                List.of("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"), Tool.path("npm"));
    }

    /// The jars from Maven Central, likewise.
    private static final class Maven {
        private static final String CLASS_PATH =
                jars(resolve("maven", List.of("pom.xml"), MAVEN_COPY, Tool.path("mvn")));
    }

    /// A Kafka, likewise.
    private static final class Kafka {
        private static final String CLASS_PATH =
                jars(resolve("kafka", List.of("kafka/pom.xml"), MAVEN_COPY, Tool.path("mvn")));
    }

    private static Path resolve(String name, List<String> manifests, List<String> arguments, Path program) {
        var directory = TARGET.resolve(name);
        try {
            var asked = new StringBuilder();
            for (var manifest : manifests) asked.append(Files.readString(SOURCE.resolve(manifest)));
            Once.make(directory, directory.resolve(STAMP), asked.toString(),
                    () -> download(directory, manifests, arguments, program));
            return directory;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void download(Path directory, List<String> manifests, List<String> arguments, Path program)
            throws IOException {
        Files.createDirectories(directory);
        for (var manifest : manifests)
            Files.copy(SOURCE.resolve(manifest), directory.resolve(Path.of(manifest).getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        var environment = new HashMap<>(System.getenv());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        try (var child = Child.startIn(directory, environment, command)) {
            if (child.awaitExit(DOWNLOAD) != 0) Tool.leaveOut("the packages of " + SOURCE + " do not come: " + child);
        }
    }

    private static String jars(Path directory) {
        var jars = directory.resolve("jars").toFile().listFiles((_, name) -> name.endsWith(".jar"));
        if (jars == null || jars.length == 0) throw new AssertionError("no jars in " + directory);
        return Arrays.stream(jars).map(File::getPath).sorted().collect(Collectors.joining(File.pathSeparator));
    }
}
