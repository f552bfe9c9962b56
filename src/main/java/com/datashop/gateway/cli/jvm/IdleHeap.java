package com.datashop.gateway.cli.jvm;

import static java.lang.System.Logger.Level.DEBUG;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Has the JVM give back to the system the memory that its heap does not need, when the gateway has been calm for a minute.
///
/// The default collector, G1, collects when much has been allocated, and keeps more than twice what lives. Ten thousand streams that had just connected held 54 to 59 KB each, with little kept in
/// hand 42 to 55, as it came, and 43 to 46 two minutes later, after such a collection (measured with 6 GB of heap allowed). It runs beside the streams and takes a quarter of a second of one
/// processor. To leave it to the JVM (JEP 346) would be simpler, but that waits for a time without any collection, and the heartbeats of so many streams cause a small one twice a minute.
///
/// Options are set that the JVM lets a running program change; under load they cost nothing: full speed was the same with and without. What was said on the command line stays; other
/// collectors are left alone.
public final class IdleHeap {
    private static final String PERIODIC = "G1PeriodicGCInterval";
    /// In milliseconds: the JVM looks once a second whether it is time for a periodic collection, and now it is.
    private static final String NOW = "1";
    private static final String CONCURRENT = "G1 Concurrent GC";
    /// In percent of the heap: what a collection leaves in hand.
    private static final String FREE = "5";
    /// A gateway that starts has something better to do than to load what this needs.
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final String CALM_SECONDS = "gateway.calm.seconds";
    private static final int MINUTE = 60;
    /// From one look to the next, and from one collection to the next while it stays calm, in parts and times of how long it must have been calm.
    private static final int LOOKS = 4;
    private static final int AGAIN = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final System.Logger LOG = System.getLogger(IdleHeap.class.getName());

    private final HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private IdleHeap() { }

    /// Looks after it on a thread of its own, which begins in a moment.
    public static void giveBack() {
        Thread.ofVirtual().name("idle-heap").start(() -> {
            try {
                Thread.sleep(PAUSE);
                new IdleHeap().run(Duration.ofSeconds(Integer.getInteger(CALM_SECONDS, MINUTE)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | LinkageError unknown) { // another JVM, or one without jdk.management
                LOG.log(DEBUG, "event=idle-heap note=\"this JVM keeps the memory it has\"", unknown);
            }
        });
    }

    private void run(Duration enough) throws InterruptedException {
        if (!Boolean.parseBoolean(jvm.getVMOption("UseG1GC").getValue())) return;
        boolean periodic = isDefault(PERIODIC);
        if (isDefault("MinHeapFreeRatio")) jvm.setVMOption("MinHeapFreeRatio", "0");
        if (isDefault("MaxHeapFreeRatio")) jvm.setVMOption("MaxHeapFreeRatio", FREE); // last: it is refused when the command line says to keep more than this at the least
        if (periodic) collectWhenCalm(enough);
    }

    private void collectWhenCalm(Duration enough) throws InterruptedException {
        var calm = new Calm(enough, enough.multipliedBy(AGAIN), System.nanoTime(), processorTime());
        while (true) {
            Thread.sleep(enough.dividedBy(LOOKS));
            if (!calm.isDue(System.nanoTime(), processorTime())) continue;
            collect();
            calm.tidied(System.nanoTime(), processorTime());
        }
    }

    /// Has the JVM begin a collection that runs beside the streams, and waits for its end.
    private void collect() throws InterruptedException {
        long before = collections();
        long end = System.nanoTime() + PATIENCE.toNanos();
        jvm.setVMOption(PERIODIC, NOW);
        try {
            while (collections() == before && System.nanoTime() - end < 0) Thread.sleep(POLL);
        } finally {
            jvm.setVMOption(PERIODIC, "0");
        }
    }

    private boolean isDefault(String option) {
        return jvm.getVMOption(option).getOrigin() == VMOption.Origin.DEFAULT;
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream().filter(collector -> collector.getName().equals(CONCURRENT))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
