package com.datashop.gateway.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/// Runs the same work on several platform threads that start together.
final class Threads {
    private Threads() { }

    /// Returns when all have ended, and throws what one of them threw.
    ///
    /// @param work is given the thread's number, from 0
    static void run(int count, IntConsumer work) throws InterruptedException {
        var start = new CountDownLatch(1);
        var thrown = new ConcurrentLinkedQueue<Throwable>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().name("worker-" + i).start(() -> {
                try {
                    start.await();
                    work.accept(number);
                } catch (Throwable failed) {
                    thrown.add(failed);
                }
            }));
        }
        start.countDown();
        for (var thread : threads) thread.join();
        if (!thrown.isEmpty()) throw new AssertionError(thrown.peek());
    }
}
