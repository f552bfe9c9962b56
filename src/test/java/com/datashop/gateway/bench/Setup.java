package com.datashop.gateway.bench;

import java.util.List;

/// How servers are started.
///
/// @param jvm options of the gateway's JVM
/// @param gatewayArgs arguments of the gateway
/// @param cpus the processors for `taskset -c`, as `0,1`; empty for all there are
record Setup(List<String> jvm, List<String> gatewayArgs, String cpus) {
    static final Setup DEFAULT = new Setup(List.of(), List.of(), "");

    /// What stands before a command.
    List<String> wrapper() {
        return cpus.isEmpty() ? List.of() : List.of("taskset", "-c", cpus);
    }
}
