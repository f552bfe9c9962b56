package com.datashop.gateway.bench;

/// One thing that is measured, of one contender at a time.
interface Workload {
    /// What it is called on the command line.
    String name();

    /// Whether it says something of this contender.
    default boolean suits(Contender contender) {
        return true;
    }

    /// Starts the contender, measures it as often as the plan says, and ends it.
    void measure(Contender contender, Setup setup, Plan plan, Readings into);
}
