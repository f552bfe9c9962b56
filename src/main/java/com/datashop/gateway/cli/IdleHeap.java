package com.datashop.gateway.cli;

import static java.lang.System.Logger.Level.DEBUG;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Has the JVM give back to the system the memory that its heap does not need, when the gateway has been idle for a minute.
///
/// The default collector, G1, does nothing while nothing is allocated, and keeps more than twice what lives. Ten thousand streams that had just connected held 54 to 59 KB each, with these
/// options 45 to 47, and 42 once there had been a collection (measured with 6 GB of heap allowed); with so many, heartbeats alone cause small collections more often than once in a minute, and it
/// stays at 47 to 50. They are options that the JVM lets a running program change (JEP 346 tells what they are for), and cost nothing under load: full speed was the same with and without.
/// What was said on the command line stays; other collectors are left alone.
final class IdleHeap {
    /// In milliseconds: after so long without a collection, and up to twice as long, there is one, which runs beside the streams (measured with 10,000 of them: 0.25 s of one processor).
    private static final String IDLE = "60000";
    /// In percent of the heap: what a collection leaves in hand.
    private static final String FREE = "5";
    /// A gateway that starts has something better to do than to load what this needs.
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final System.Logger LOG = System.getLogger(IdleHeap.class.getName());

    private IdleHeap() { }

    /// Sets the options in a moment, on a thread of its own.
    static void giveBack() {
        Thread.ofVirtual().name("idle-heap").start(() -> {
            try {
                Thread.sleep(PAUSE);
                set(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | LinkageError unknown) { // another JVM, or one without jdk.management
                LOG.log(DEBUG, "event=idle-heap note=\"this JVM keeps the memory it has\"", unknown);
            }
        });
    }

    private static void set(HotSpotDiagnosticMXBean jvm) {
        if (!Boolean.parseBoolean(jvm.getVMOption("UseG1GC").getValue())) return;
        set(jvm, "G1PeriodicGCInterval", IDLE);
        set(jvm, "MinHeapFreeRatio", "0");
        set(jvm, "MaxHeapFreeRatio", FREE); // last: it is refused when the command line says to keep more than this at the least
    }

    private static void set(HotSpotDiagnosticMXBean jvm, String option, String value) {
        if (jvm.getVMOption(option).getOrigin() == VMOption.Origin.DEFAULT) jvm.setVMOption(option, value);
    }
}
