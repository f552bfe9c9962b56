package com.datashop.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the process's own numbers to this process, and to the kernel's format.
class JvmMetricsTest {
    private static final Path PROC = Path.of("/proc/self");

    private final Registry registry = new Registry();

    @TempDir
    private Path directory;

    @Test
    void theJvmsNumbersAreThisOnes() {
        JvmMetrics.declare(registry, "1.2.3");
        long before = System.currentTimeMillis();
        System.gc();
        var scrape = Scrape.of(registry);
        assertEquals(Map.of("version", "1.2.3", "java", System.getProperty("java.runtime.version")),
                scrape.family("gateway_build_info").samples().getFirst().labels());
        assertEquals(1, scrape.family("gateway_build_info").samples().getFirst().value());
        double used = scrape.value("jvm_memory_used_bytes", "area", "heap");
        double committed = scrape.value("jvm_memory_committed_bytes", "area", "heap");
        assertTrue(used > 1 << 20 && committed >= used, used + " of " + committed);
        assertEquals(Runtime.getRuntime().maxMemory(), scrape.value("jvm_memory_max_bytes", "area", "heap"));
        assertTrue(scrape.value("jvm_memory_used_bytes", "area", "nonheap") > 1 << 20);
        assertTrue(scrape.value("jvm_gc_pauses_total") >= 1);
        assertTrue(scrape.value("jvm_gc_pause_seconds_total") > 0);
        double start = scrape.value("process_start_time_seconds") * 1000;
        assertTrue(start < before && start > before - 3_600_000 * 24, "started at " + start);
        assertEquals("counter", scrape.family("process_cpu_seconds_total").type());
    }

    @Test
    void virtualThreadsAreNotCounted() {
        JvmMetrics.declare(registry, "1");
        Scrape.of(registry); // what the first scrape loads may start threads
        double before = Scrape.of(registry).value("jvm_threads_current");
        var end = new CountDownLatch(1);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 1000; i++) threads.add(Thread.startVirtualThread(() -> awaitEnd(end)));
        for (int i = 0; i < 20; i++) threads.add(Thread.ofPlatform().start(() -> awaitEnd(end)));
        double rise = Scrape.of(registry).value("jvm_threads_current") - before;
        end.countDown();
        assertTrue(rise >= 10 && rise < 200, "1000 virtual and 20 platform threads made it rise by " + rise);
    }

    @Test
    void openDescriptorsAreCounted() throws IOException {
        assumeTrue(Files.isDirectory(PROC));
        JvmMetrics.declare(registry, "1");
        double before = Scrape.of(registry).value("process_open_fds");
        var open = new ArrayList<Channel>();
        try {
            var file = Files.createFile(directory.resolve("open"));
            for (int i = 0; i < 100; i++) open.add(FileChannel.open(file));
            var scrape = Scrape.of(registry);
            double rise = scrape.value("process_open_fds") - before;
            assertTrue(rise >= 90 && rise <= 150, "100 files made it rise by " + rise);
            assertTrue(scrape.value("process_max_fds") > before);
        } finally {
            for (var channel : open) channel.close();
        }
    }

    @Test
    void workIsSeenInTheCpuTime() {
        assumeTrue(Files.isDirectory(PROC));
        var proc = new Proc(PROC);
        double before = proc.cpuSeconds();
        double end = System.nanoTime() / 1e9 + 30;
        while (proc.cpuSeconds() < before + 0.05)
            assertTrue(System.nanoTime() / 1e9 < end, "30 s of work, and none is seen");
        assertTrue(proc.residentBytes() > 10 << 20);
    }

    @Test
    void theKernelsFilesAreRead() throws IOException {
        Files.writeString(directory.resolve("limits"), """
                Limit                     Soft Limit           Hard Limit           Units    \s
                Max processes             96365                96366                processes\s
                Max open files            1024                 524288               files    \s
                """);
        Files.writeString(directory.resolve("status"),
                "Name:\tjava\nVmHWM:\t   70000 kB\nVmRSS:\t   59232 kB\nThreads:\t27\n");
        Files.writeString(directory.resolve("stat"),
                "4242 (a) b (c) S 1 4242 4242 0 -1 4194560 9 8 7 6 1234 66 3 4 20 0 27 0 5555 6 7\n");
        var proc = new Proc(directory);
        assertEquals(1024, proc.maxDescriptors());
        assertEquals(59232 * 1024, proc.residentBytes());
        assertEquals(13, proc.cpuSeconds());
        Files.writeString(directory.resolve("limits"),
                "Max open files            unlimited            unlimited            files     \n");
        assertEquals(Double.POSITIVE_INFINITY, proc.maxDescriptors());
    }

    @Test
    void whatTheKernelDoesNotTellIsNotANumber() throws IOException {
        var absent = new Proc(directory.resolve("absent"));
        for (var file : List.of("limits", "status", "stat")) Files.writeString(directory.resolve(file),
                "something else\n");
        var odd = new Proc(directory);
        assertEquals(Double.NaN, absent.openDescriptors());
        for (var proc : List.of(absent, odd)) {
            assertEquals(Double.NaN, proc.maxDescriptors());
            assertEquals(Double.NaN, proc.residentBytes());
            assertEquals(Double.NaN, proc.cpuSeconds());
        }
    }

    @Test
    void theyAreDeclaredOnce() {
        JvmMetrics.declare(registry, "1");
        assertThrows(IllegalArgumentException.class, () -> JvmMetrics.declare(registry, "1"));
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
