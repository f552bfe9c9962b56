package com.datashop.gateway.bench;

/// One thing that is measured, of one contender at a time.
interface Workload {
    /// Its name on the command line.
    String name();

    /// Whether it says something of this contender. Most say something of the gateway alone.
    default boolean suits(Contender contender) {
        return contender == Contender.GATEWAY;
    }

    /// Starts the contender, and whatever loads it.
    Session open(Contender contender, Setup setup, Plan plan, Readings into);

    /// A contender that is ready to be measured, as often as one likes.
    interface Session extends AutoCloseable {
        /// Runs without taking a reading, until what has to be compiled and loaded is.
        default void warmUp() { }

        /// Takes one reading of each figure.
        void run();

        /// Looks whether all that was published has come, and ends the contender. A session whose runs each do so
        /// themselves has nothing left.
        @Override
        default void close() { }
    }
}
