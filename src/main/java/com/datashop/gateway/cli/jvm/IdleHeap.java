package com.datashop.gateway.cli.jvm;

import static java.lang.System.Logger.Level.DEBUG;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Makes the JVM give back memory that its heap does not need, when the gateway has been calm for a minute.
///
/// The default collector, G1, collects only when much was allocated, and keeps more than twice the live data. This
/// class lowers what it keeps, and asks for a collection when the gateway is calm. The gain was measured:
///
/// ```
///   process with -Xmx6g                                     without      less kept     and a calm collection
///   3,000 streams, after 60,000 events for 50 channels   388-428 MB     254-261 MB                    232 MB
///   10,000 streams, for each                               54-59 KB       42-55 KB                  43-46 KB
/// ```
///
/// The collection runs beside the streams. With 10,000 streams it takes a quarter of a second of one processor. The
/// JVM's own periodic collection (JEP 346) would be simpler. But it waits for a time without any collection, and the
/// heartbeats of many streams cause a small one twice a minute.
///
/// It sets only options that a running program may change. They cost nothing under load: full speed was the same.
/// Options on the command line win. Other collectors, such as the serial one of a small container, are left alone.
public final class IdleHeap {
    private static final String PERIODIC = "G1PeriodicGCInterval";
    /// One millisecond. The JVM checks once a second whether a periodic collection is due, and with this it is.
    private static final String NOW = "1";
    private static final String CONCURRENT = "G1 Concurrent GC";
    /// The percentage of the heap that stays free after a collection.
    private static final String FREE = "5";
    /// The wait after the start, because the classes for this need not be loaded during the start.
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final String CALM_SECONDS = "gateway.calm.seconds";
    private static final int MINUTE = 60;
    /// The looks in the time for which it must have been calm.
    private static final int LOOKS = 4;
    /// The time between collections while it stays calm, as a multiple of that time.
    private static final int AGAIN = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final System.Logger LOG = System.getLogger(IdleHeap.class.getName());

    private final HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private IdleHeap() { }

    /// Gives memory back from now on, on a thread of its own, which begins in a moment.
    public static void giveBack() {
        Thread.ofVirtual().name("idle-heap").start(() -> {
            try {
                Thread.sleep(PAUSE);
                new IdleHeap().run(Duration.ofSeconds(Integer.getInteger(CALM_SECONDS, MINUTE)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | LinkageError unknown) { // Another JVM, or one without jdk.management.
                LOG.log(DEBUG, "event=idle-heap note=\"this JVM keeps the memory it has\"", unknown);
            }
        });
    }

    private void run(Duration calmFor) throws InterruptedException {
        if (!Boolean.parseBoolean(jvm.getVMOption("UseG1GC").getValue())) return;
        boolean periodic = isDefault(PERIODIC);
        if (isDefault("MinHeapFreeRatio")) jvm.setVMOption("MinHeapFreeRatio", "0");
        // Last: the JVM refuses it when the command line sets a higher MinHeapFreeRatio.
        if (isDefault("MaxHeapFreeRatio")) jvm.setVMOption("MaxHeapFreeRatio", FREE);
        if (periodic) collectWhenCalm(calmFor);
    }

    private void collectWhenCalm(Duration calmFor) throws InterruptedException {
        var calm = new Calm(calmFor, calmFor.multipliedBy(AGAIN), System.nanoTime(), processorTime());
        while (true) {
            Thread.sleep(calmFor.dividedBy(LOOKS));
            if (!calm.isDue(System.nanoTime(), processorTime())) continue;
            collect();
            calm.tidied(System.nanoTime(), processorTime());
        }
    }

    /// Asks the JVM for a collection that runs beside the streams, and waits for its end.
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
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> collector.getName().equals(CONCURRENT))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
