package com.datashop.gateway.bench;

import java.nio.file.Path;
import java.util.List;

/// How servers are started.
///
/// @param gateway what the gateway is, to the `java` command
/// @param jvm options of the gateway's JVM
/// @param gatewayArgs arguments of the gateway
/// @param cpus the processors for `taskset -c`, as `0,1`; empty for all there are
record Setup(List<String> gateway, List<String> jvm, List<String> gatewayArgs, String cpus) {
    /// As it is shipped.
    static final List<String> JAR = List.of("-jar", Path.of("target", "gateway.jar").toAbsolutePath().toString());

    /// The same on these processors.
    Setup on(String others) {
        return new Setup(gateway, jvm, gatewayArgs, others);
    }

    /// The words that stand before a command.
    List<String> wrapper() {
        return cpus.isEmpty() ? List.of() : List.of("taskset", "-c", cpus);
    }
}
