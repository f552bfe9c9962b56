package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The numbers that the JVM and the kernel have of this process, under the names of stock Prometheus dashboards.
///
/// Nothing is read before the first scrape. The first reading takes some 30 ms to load the management beans, and the
/// start should not pay for that. The readings are enums for the same reason: with a lambda for each, their
/// declaration took 9 ms, and not 2.
public final class JvmMetrics {
    private static final double MILLIS = 1e3;

    private JvmMetrics() { }

    /// Declares them all. A number that this system does not have is left out when metrics are written.
    ///
    /// @param version the version of the gateway
    public static void declare(Registry registry, String version) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("version", version);
        labels.put("java", System.getProperty("java.runtime.version"));
        registry.declare("gateway_build_info", "Always 1; which gateway this is, and on which Java.", new Info(labels));
        registry.declare("process_start_time_seconds", "When the process started, in seconds since 1970.",
                new Gauge(Reading.START_TIME));
        registry.declare("process_cpu_seconds_total", "CPU time of the process, user and system, in seconds.",
                new ReadCounter(Reading.CPU_TIME));
        registry.declare("process_resident_memory_bytes", "Memory that the process has in RAM, in bytes.",
                new Gauge(Reading.RESIDENT));
        registry.declare("process_open_fds", "Open file descriptors.", new Gauge(Reading.OPEN_DESCRIPTORS));
        registry.declare("process_max_fds", "How many file descriptors may be open.",
                new Gauge(Reading.MAX_DESCRIPTORS));
        registry.declare("jvm_memory_used_bytes", "Memory in use, in bytes.", areas(Amount.USED));
        registry.declare("jvm_memory_committed_bytes", "Memory that the JVM holds, in bytes.", areas(Amount.COMMITTED));
        registry.declare("jvm_memory_max_bytes",
                "Memory that the JVM may hold, in bytes; left out where it has no limit.", areas(Amount.MAX));
        registry.declare("jvm_gc_pauses_total", "Times that the garbage collector stopped the program.",
                new ReadCounter(Reading.PAUSES));
        registry.declare("jvm_gc_pause_seconds_total",
                "Time for which the garbage collector stopped the program, in seconds.",
                new ReadCounter(Reading.PAUSE_TIME));
        registry.declare("jvm_threads_current", "Live platform threads; virtual threads are not counted.",
                new Gauge(Reading.THREADS));
    }

    /// Writes members that tell whether the process has enough of everything, into an object that is open.
    ///
    /// A number that this system does not have is left out.
    public static void writeTo(JsonWriter out) {
        write(out, "heapUsed", Amount.USED.applyAsDouble(Area.HEAP));
        write(out, "heapCommitted", Amount.COMMITTED.applyAsDouble(Area.HEAP));
        write(out, "heapMax", Amount.MAX.applyAsDouble(Area.HEAP));
        write(out, "resident", Reading.RESIDENT.getAsDouble());
        write(out, "gcPauses", Reading.PAUSES.getAsDouble());
        write(out, "gcPauseMilliseconds", Reading.PAUSE_TIME.getAsDouble() * MILLIS);
        write(out, "cpuMilliseconds", Reading.CPU_TIME.getAsDouble() * MILLIS);
        write(out, "processors", Runtime.getRuntime().availableProcessors());
        write(out, "openFiles", Reading.OPEN_DESCRIPTORS.getAsDouble());
        write(out, "maxFiles", Reading.MAX_DESCRIPTORS.getAsDouble());
    }

    private static void write(JsonWriter out, String name, double value) {
        if (Double.isFinite(value)) out.member(name, Math.round(value));
    }

    private static GaugeFamily<Area> areas(Amount amount) {
        return new GaugeFamily<>("area", Area.class, amount);
    }

    /// The numbers of the process.
    private enum Reading implements DoubleSupplier {
        START_TIME, CPU_TIME, RESIDENT, OPEN_DESCRIPTORS, MAX_DESCRIPTORS, PAUSES, PAUSE_TIME, THREADS;

        @Override
        public double getAsDouble() {
            return switch (this) {
                case START_TIME -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS;
                case CPU_TIME -> Proc.SELF.cpuSeconds();
                case RESIDENT -> Proc.SELF.residentBytes();
                case OPEN_DESCRIPTORS -> Proc.SELF.openDescriptors();
                case MAX_DESCRIPTORS -> Proc.SELF.maxDescriptors();
                case PAUSES -> pauses(GarbageCollectorMXBean::getCollectionCount);
                case PAUSE_TIME -> pauses(GarbageCollectorMXBean::getCollectionTime) / MILLIS;
                case THREADS -> ManagementFactory.getThreadMXBean().getThreadCount();
            };
        }

        /// Sums a reading over the collectors that count pauses.
        ///
        /// Collectors whose names end in `Cycles` (ZGC, Shenandoah) count work that is mostly concurrent. Others beside
        /// them count their pauses. All other collectors count pauses. So does `G1 Concurrent GC`: its Remark and
        /// Cleanup stop the program (JDK-8297247).
        private static double pauses(ToLongFunction<GarbageCollectorMXBean> reading) {
            return ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(collector -> !collector.getName().endsWith("Cycles"))
                    .mapToLong(reading).filter(known -> known >= 0).sum();
        }
    }

    /// The areas of the JVM's memory: objects, and all that it needs beside them.
    ///
    /// The stacks of threads and direct buffers are in neither.
    private enum Area {
        HEAP, NONHEAP
    }

    /// The numbers of an area of memory, in bytes. NaN means that there is none.
    private enum Amount implements ToDoubleFunction<Area> {
        USED, COMMITTED, MAX;

        @Override
        public double applyAsDouble(Area area) {
            var memory = ManagementFactory.getMemoryMXBean();
            var usage = switch (area) {
                case HEAP -> memory.getHeapMemoryUsage();
                case NONHEAP -> memory.getNonHeapMemoryUsage();
            };
            long bytes = of(usage);
            return bytes < 0 ? Double.NaN : bytes;
        }

        private long of(MemoryUsage usage) {
            return switch (this) {
                case USED -> usage.getUsed();
                case COMMITTED -> usage.getCommitted();
                case MAX -> usage.getMax();
            };
        }
    }
}
