package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The gateway as its operator runs it: a process of its own, with a command line, an environment, signals and an exit
/// code.
public final class GatewayProcess implements AutoCloseable {
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+) ");
    /// The banner's last line: after it all is said.
    private static final String LAST = "/admin/logs/stats\n";

    private final Child child;

    private GatewayProcess(Child child) {
        this.child = child;
    }

    /// Starts one on the loopback and waits for its banner.
    ///
    /// @param settings environment variables, as `HISTORY_EVENTS=10`; unless given, PORT is any free one
    public static GatewayProcess start(String... settings) {
        return start(List.of(), List.of("-Xmx512m"), settings);
    }

    /// Starts one that may have so many files open, and waits for its banner.
    public static GatewayProcess startWithFiles(int files, String... settings) {
        return start(List.of("bash", "-c", "ulimit -n " + files + "; exec \"$@\"", "gateway"), List.of(), settings);
    }

    /// Starts one with these options of the JVM, and waits for its banner.
    public static GatewayProcess startWith(List<String> options, String... settings) {
        return start(List.of(), options, settings);
    }

    /// Starts one with these options of the JVM and this environment, and waits for nothing.
    public static GatewayProcess launchWith(List<String> options, List<String> settings) {
        return launch(List.of(), options, settings);
    }

    private static GatewayProcess start(List<String> wrapper, List<String> options, String... settings) {
        var all = new ArrayList<>(List.of("PORT=0", "HOST=127.0.0.1"));
        all.addAll(List.of(settings));
        var gateway = launch(wrapper, options, all);
        try {
            Await.until(() -> "the banner of " + gateway.child, Duration.ofSeconds(30), () -> gateway.out()
                    .contains(LAST) || !gateway.child.isAlive());
            gateway.port();
            return gateway;
        } catch (AssertionError failed) {
            gateway.close();
            throw failed;
        }
    }

    /// Starts one with this environment, none beside it and these flags, and waits for nothing.
    public static GatewayProcess launch(List<String> settings, String... flags) {
        return launch(List.of(), List.of("-Xmx512m"), settings, flags);
    }

    /// The same, run by another program: what the command line begins with.
    public static GatewayProcess launchUnder(List<String> wrapper, List<String> settings) {
        return launch(wrapper, List.of("-Xmx512m"), settings);
    }

    private static GatewayProcess launch(List<String> wrapper, List<String> options, List<String> settings,
            String... flags) {
        var environment = new HashMap<String, String>();
        for (var setting : settings)
            environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        var command = new ArrayList<>(wrapper);
        command.addAll(Jvm.command());
        command.addAll(options);
        command.addAll(Program.WORDS);
        command.addAll(List.of(flags));
        return new GatewayProcess(Child.start(Map.copyOf(environment), command));
    }

    /// The port that the banner names.
    public int port() {
        var banner = ON_PORT.matcher(out());
        if (!banner.find()) throw new AssertionError("no banner: " + child);
        return Integer.parseInt(banner.group(1));
    }

    /// The way to its public door.
    public Client client() {
        return new Client(port());
    }

    public String out() {
        return child.out();
    }

    public String err() {
        return child.err();
    }

    /// How many live objects of this class it holds, after a full collection.
    public long instances(String className) {
        return table("GC.class_histogram").filter(words -> words.length > 3 && words[3].equals(className))
                .mapToLong(words -> Long.parseLong(words[1])).sum();
    }

    /// The value that an option of its JVM has now.
    public String jvmOption(String name) {
        return table("VM.flags", "-all").filter(words -> words.length > 3 && words[1].equals(name))
                .map(words -> words[3]).findFirst().orElseThrow();
    }

    /// The answer of its JVM to a command of jcmd, in words.
    private Stream<String[]> table(String... command) {
        var line = Stream.concat(Stream.of(Jvm.JAVA.resolveSibling("jcmd").toString(), String.valueOf(child.pid())),
                Stream.of(command)).toArray(String[]::new);
        try (var jcmd = Child.start(line)) {
            jcmd.awaitExit();
            var lines = jcmd.out().lines().toList();
            if (lines.size() < 50) throw new AssertionError("jcmd said " + jcmd);
            return lines.stream().map(row -> row.strip().split("\\s+"));
        }
    }

    /// The files, of the file system's and not the system's own, that it has open for writing.
    public List<Path> openForWriting() {
        try (var files = Files.list(Path.of("/proc", String.valueOf(child.pid()), "fd"))) {
            return files.filter(this::isForWriting).map(GatewayProcess::target).filter(Files::isRegularFile).toList();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// proc(5): the flags of open(2), in octal; the last two bits are how it was opened.
    private boolean isForWriting(Path descriptor) {
        try {
            var flags = Files.readString(Path.of("/proc", String.valueOf(child.pid()), "fdinfo",
                    descriptor.getFileName().toString()));
            return (Integer.parseInt(flags.replaceFirst("(?s).*flags:\\s*([0-7]+).*", "$1"), 8) & 3) != 0;
        } catch (IOException closedJustNow) {
            return false;
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedJustNow) {
            return descriptor;
        }
    }

    /// The processor time that it has used, in milliseconds (proc(5), the 14th and 15th field of `stat`).
    public long cpu() {
        try {
            var fields = Files.readString(Path.of("/proc", String.valueOf(child.pid()), "stat"))
                    .replaceFirst("^.*\\) ", "").split(" ");
            return 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// How many sockets it has open.
    public long openSockets() {
        try (var files = Files.list(Path.of("/proc", String.valueOf(child.pid()), "fd"))) {
            return files.filter(GatewayProcess::isSocket).count();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static boolean isSocket(Path file) {
        return target(file).toString().startsWith("socket:");
    }

    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /// Sends a signal: `TERM`, `INT`, `STOP`, `CONT` or `KILL`.
    public void signal(String name) {
        child.signal(name);
    }

    /// Waits until it has ended; its exit code, which for a signal is 128 and the signal's number.
    public int awaitExit() {
        return child.awaitExit();
    }

    /// The same, with a bound.
    public int awaitExit(Duration bound) {
        return child.awaitExit(bound);
    }

    @Override
    public void close() {
        child.close();
    }

    @Override
    public String toString() {
        return child.toString();
    }
}
