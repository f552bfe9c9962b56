package com.datashop.gateway.bench;

/// What a server has used so far.
interface Cost {
    /// Processor time of all its processes, in seconds.
    double cpuSeconds();

    /// Memory that its processes have in RAM, in bytes.
    long residentBytes();
}
