package com.datashop.gateway.deploy;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A control group with a limit of memory, of either version: what a container's `--memory` makes.
final class Memory implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path group;
    private final boolean unified;

    /// Aborts the test where none can be made.
    Memory(long bytes) {
        unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        group = ROOT.resolve(unified ? "" : "memory").resolve("gateway-test-" + UUID.randomUUID());
        try {
            if (unified) Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory");
            Files.createDirectory(group);
            Files.writeString(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), String.valueOf(bytes));
        } catch (IOException refused) {
            Tool.leaveOut("no control group with a limit of memory can be made: " + refused);
        }
    }

    /// Where a process writes its id to be in it.
    Path processes() {
        return group.resolve("cgroup.procs");
    }

    /// The most that it ever held, in bytes, with what it has read from files.
    long peak() {
        return Long.parseLong(read(unified ? "memory.peak" : "memory.max_usage_in_bytes").strip());
    }

    /// How many processes the kernel has killed because the memory was used up.
    long killed() {
        return read(unified ? "memory.events" : "memory.oom_control").lines()
                .filter(line -> line.startsWith("oom_kill ")).mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                .findFirst().orElseThrow(() -> new AssertionError("the kernel does not say how many it has killed"));
    }

    @Override
    public void close() {
        Await.until("the control group to be empty", this::removed);
    }

    private boolean removed() {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    private String read(String file) {
        try {
            return Files.readString(group.resolve(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
