package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process that a test started: what it prints is kept, and it ends, with all that it started, when the test does.
public final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Output out;
    private final Output err;

    private Child(Process process) {
        this.process = process;
        out = new Output(process.getInputStream());
        err = new Output(process.getErrorStream());
    }

    /// Starts it with this environment and no other.
    public static Child start(Map<String, String> environment, List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return start(builder);
    }

    /// The same, in this directory.
    public static Child startIn(Path directory, Map<String, String> environment, List<String> command) {
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return start(builder);
    }

    /// Starts it with the environment of the tests.
    public static Child start(String... command) {
        return start(new ProcessBuilder(command));
    }

    private static Child start(ProcessBuilder builder) {
        try {
            var process = builder.start();
            process.getOutputStream().close();
            return new Child(process);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// The standard output so far.
    public String out() {
        return out.text();
    }

    /// The standard error so far.
    public String err() {
        return err.text();
    }

    /// Sends it a signal, as `TERM`.
    public void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).inheritIO().start().waitFor();
            if (code != 0) throw new AssertionError("kill -" + name + " " + pid() + " ended with " + code);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /// Waits until it has ended and all that it printed is here; its exit code.
    public int awaitExit() {
        return awaitExit(PATIENCE);
    }

    /// The same, with another bound.
    public int awaitExit(Duration bound) {
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS))
                throw new AssertionError("still running after " + bound.toMillis() + " ms: " + this);
            out.awaitEnd();
            err.awaitEnd();
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /// Ends it, politely at first, and then whatever it had started.
    @Override
    public void close() {
        var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        try {
            process.toHandle().destroy();
            if (!process.waitFor(2, TimeUnit.SECONDS)) process.destroyForcibly();
            for (var handle : all) handle.destroyForcibly();
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                throw new AssertionError("does not end: " + this);
        } catch (InterruptedException interrupted) {
            for (var handle : all) handle.destroyForcibly();
            throw interrupted(interrupted);
        }
    }

    @Override
    public String toString() {
        return process.info().commandLine().orElse("pid " + pid()) + "\n-- out\n" + out() + "\n-- err\n" + err();
    }

    private static AssertionError interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", cause);
    }

    /// All that came through one pipe.
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;

        Output(InputStream in) {
            reader = Thread.ofPlatform().daemon().name("child-output").start(() -> {
                try (in) {
                    in.transferTo(bytes);
                } catch (IOException closed) {
                    // The process is gone: what came is all there is.
                }
            });
        }

        String text() {
            return bytes.toString(UTF_8);
        }

        void awaitEnd() throws InterruptedException {
            if (!reader.join(PATIENCE)) throw new AssertionError("the output does not end: a grandchild holds it");
        }
    }
}
