package com.datashop.gateway.bench;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Directories;
import com.datashop.gateway.support.Ports;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A server that the system has, started with all its files in a directory of its own, on ports that were free.
final class Installed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final Child child;

    private Installed(Path directory, Child child) {
        this.directory = directory;
        this.child = child;
    }

    /// Where a program is, if it is.
    static Optional<Path> program(String name) {
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    /// A directory of its own, in which it may have sockets: their paths are short.
    static Path directory(String name) {
        try {
            return Files.createTempDirectory(name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Starts it and waits until it listens on these ports.
    ///
    /// @param directory which is deleted when it is closed
    static Installed start(Setup setup, Path directory, List<String> command, int... ports) {
        var all = new ArrayList<>(setup.wrapper());
        all.addAll(command);
        var installed = new Installed(directory, Child.start(all.toArray(String[]::new)));
        try {
            for (int port : ports)
                Await.until(() -> "a server to listen: " + installed.child, PATIENCE, () -> listens(port)
                        || !installed.child.isAlive());
            if (!installed.child.isAlive()) throw new IllegalStateException("it does not start: " + installed.child);
            return installed;
        } catch (RuntimeException | AssertionError failed) {
            installed.close();
            throw failed;
        }
    }

    Cost cost() {
        return Processes.of(child);
    }

    @Override
    public void close() {
        child.close();
        Directories.delete(directory);
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
