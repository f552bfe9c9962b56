package com.datashop.gateway.bench;

/// The processor time and memory that a server has used so far.
interface Cost {
    /// Processor time of all its processes, in seconds.
    double cpuSeconds();

    /// Memory that its processes have in RAM, in bytes.
    long residentBytes();
}
