package com.datashop.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Publishers that keep a schedule, whatever the server does: an event carries the time when it was due, and one that
/// leaves late because the server was slow to answer the one before is late from then on. So a server that stalls can
/// not hide that by being asked less.
final class Paced {
    /// So far behind its schedule a publisher gives up, in nanoseconds: the server does not take what it is offered.
    private static final long TOO_LATE = 2_000_000_000;

    private Paced() { }

    /// Publishes at this rate from `start` until `end`, by [System#nanoTime()], each connection every n-th event.
    ///
    /// @param rounds for each connection what it sends, over and over
    /// @param rate events a second, of all connections
    static Publishing run(int port, List<List<Publication>> rounds, Published published, double rate, long start,
            long end) {
        var tasks = new ArrayList<FutureTask<Publishing>>();
        for (int i = 0; i < rounds.size(); i++) {
            var round = rounds.get(i);
            int first = i;
            var task = new FutureTask<>((Callable<Publishing>) () ->
                    run(port, round, published, first, rounds.size(), 1e9 / rate, start, end));
            tasks.add(task);
            Thread.ofPlatform().daemon().name("publisher-" + i).start(task);
        }
        var latencies = new Latencies();
        long requests = 0;
        long events = 0;
        long refused = 0;
        boolean kept = true;
        try {
            for (var task : tasks) {
                var one = task.get();
                latencies.add(one.latencies());
                requests += one.requests();
                events += one.events();
                refused += one.refused();
                kept &= one.kept();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        return new Publishing(requests, events, refused, kept, System.nanoTime() - start, latencies);
    }

    /// One connection: it sends the events number `first`, `first + step` and so on of the schedule.
    private static Publishing run(int port, List<Publication> round, Published published, int first, int step,
            double period, long start, long end) {
        var latencies = new Latencies();
        long requests = 0;
        long events = 0;
        long refused = 0;
        boolean kept = true;
        try (var connection = new Connection(port)) {
            for (long n = first; ; n += step) {
                long due = start + (long) (n * period);
                long now = System.nanoTime();
                kept = now - due < TOO_LATE;
                if (due >= end || !kept) break;
                for (; now < due; now = System.nanoTime()) Audience.pause(due - now);
                var publication = round.get((int) (n / step % round.size()));
                int status = connection.exchange(publication.stamped(published, due));
                latencies.record(System.nanoTime() - due);
                if (status / 100 == 2) {
                    requests++;
                    events += publication.events();
                } else {
                    refused++;
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return new Publishing(requests, events, refused, kept, System.nanoTime() - start, latencies);
    }
}
