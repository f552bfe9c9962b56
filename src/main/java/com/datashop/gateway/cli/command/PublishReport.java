package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.client.EntryLine;
import com.datashop.gateway.client.LogPublisher;
import java.io.IOException;
import java.util.List;

/// Counts what became of the lines that `publish` read, names refused lines, and keeps unpublished ones.
final class PublishReport implements LogPublisher.Listener {
    private static final int LONGEST_SHOWN = 100;
    private static final long PROGRESS_NANOS = 500_000_000;

    private final Spool spool;
    private final boolean tee;
    private final boolean progress;
    private long published;
    private long unpublished;
    private long progressAt = System.nanoTime();
    private boolean inProgressLine;
    private String trouble = "";
    private boolean failed;
    private boolean summarised;

    /// Begins to count.
    ///
    /// @param spool keeps unpublished lines; null when nothing does
    /// @param tee whether the input passes on to others
    /// @param progress whether to print how many lines are published
    PublishReport(Spool spool, boolean tee, boolean progress) {
        this.spool = spool;
        this.tee = tee;
        this.progress = progress;
    }

    @Override
    public synchronized void published(int entries) {
        published += entries;
        trouble = "";
        if (progress && System.nanoTime() - progressAt > PROGRESS_NANOS) printProgress();
    }

    /// Notes entries that were not published.
    synchronized void unpublished(List<EntryLine> entries) {
        unpublished += entries.size();
        if (spool != null) for (var entry : entries) spool.keep(entry.bytes());
    }

    @Override
    public synchronized void rejected(EntryLine entry, String detail) {
        unpublished(List.of(entry));
        name(entry.number(), entry.bytes(), entry.dataFrom(), entry.length() - 1, detail);
    }

    /// Notes a line that is not published, and what to keep of it.
    ///
    /// @param kept empty when nothing can be kept
    synchronized void refused(long number, byte[] line, String detail, List<EntryLine> kept) {
        unpublished(kept);
        unpublished += 1 - kept.size();
        name(number, line, 0, line.length, detail);
    }

    private void name(long number, byte[] bytes, int from, int to, String detail) {
        int shown = Math.min(to - from, LONGEST_SHOWN);
        print("not published: " + (number == 0 ? "" : "line " + number + ": ") + detail + ": "
                + new String(bytes, from, shown, UTF_8) + (to - from > shown ? "..." : ""));
    }

    @Override
    public synchronized void waiting(String detail) {
        if (!detail.equals(trouble)) print("can not publish now: " + detail + "; trying again");
        trouble = detail;
    }

    /// Whether the gateway took nothing at the last try.
    synchronized boolean isInTrouble() {
        return !trouble.isEmpty();
    }

    /// Notes that nothing more is published.
    synchronized void givenUp(String detail) {
        print("gives up: " + detail);
    }

    /// Notes a failure beside the entries, such as an output that is full.
    synchronized void failed(String what) {
        failed = true;
        print(what);
    }

    /// Whether it is worth reading on when nothing more is published.
    ///
    /// Unpublished lines may be kept. With a copy, the end of `publish` would end the program that it reads from.
    boolean isReadingOn() {
        return spool != null || tee;
    }

    /// Whether all lines were published, and nothing else failed.
    synchronized boolean isWhole() {
        return unpublished == 0 && !failed;
    }

    /// Prints once how many entries were published, and how many were not.
    synchronized void printSummary() {
        if (summarised) return;
        summarised = true;
        print(published + (published == 1 ? " entry" : " entries") + " published"
                + (unpublished == 0 ? "" : ", " + unpublished + " not"));
        if (spool == null) return;
        try {
            spool.close();
        } catch (IOException unwritable) {
            failed("--spool: can not write: " + unwritable.getMessage());
        }
    }

    private void printProgress() {
        progressAt = System.nanoTime();
        System.err.print("\r" + published + " published");
        inProgressLine = true;
    }

    private void print(String text) {
        if (inProgressLine) System.err.println();
        inProgressLine = false;
        System.err.println("gateway: " + PlainText.of(text, false, false));
    }
}
