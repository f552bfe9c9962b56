package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.client.LogPublisher;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Counts what became of the lines that `publish` read, names refused lines, and keeps unpublished ones.
final class PublishReport implements LogPublisher.Listener, AutoCloseable {
    private static final int LONGEST_SHOWN = 100;
    private static final long PROGRESS_NANOS = 500_000_000;

    private final OutputStream spool;
    private final boolean progress = Terminal.isTerminal(Terminal.ERR);
    private long published;
    private long unpublished;
    private long progressAt = System.nanoTime();
    private boolean inProgressLine;
    private String trouble = "";
    private IOException spoolFault;

    private PublishReport(OutputStream spool) {
        this.spool = spool;
    }

    /// Begins to count.
    ///
    /// @param file the file to which unpublished lines are appended
    /// @throws ConfigException when the file cannot be written
    static PublishReport open(Optional<String> file) throws ConfigException {
        if (file.isEmpty()) return new PublishReport(null);
        try {
            return new PublishReport(new BufferedOutputStream(Files.newOutputStream(Path.of(file.get()),
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND)));
        } catch (IOException | InvalidPathException unwritable) {
            throw new ConfigException("--spool: can not write " + file.get());
        }
    }

    /// Notes entries that were published.
    synchronized void published(int entries) {
        published += entries;
        trouble = "";
        if (progress && System.nanoTime() - progressAt > PROGRESS_NANOS) printProgress();
    }

    /// Notes entries that were not published.
    synchronized void unpublished(List<byte[]> entries) {
        unpublished += entries.size();
        for (var entry : entries) keep(entry);
    }

    @Override
    public synchronized void rejected(byte[] entry, String detail) {
        unpublished++;
        keep(entry);
        var text = new String(entry, 0, Math.min(entry.length, LONGEST_SHOWN), UTF_8);
        print("not published: " + detail + ": " + text + (entry.length > LONGEST_SHOWN ? "..." : ""));
    }

    @Override
    public synchronized void waiting(String detail) {
        if (!detail.equals(trouble)) print("can not publish now: " + detail + "; trying again");
        trouble = detail;
    }

    /// Notes that nothing more is published.
    synchronized void givenUp(String detail) {
        print("gives up: " + detail);
    }

    /// Whether unpublished lines are kept, so that it is worth reading on.
    boolean isSpooling() {
        return spool != null;
    }

    /// Whether all lines were published.
    synchronized boolean isWhole() {
        return unpublished == 0 && spoolFault == null;
    }

    /// Prints how many entries were published, and how many were not.
    synchronized void printSummary() {
        print(published + (published == 1 ? " entry" : " entries") + " published"
                + (unpublished == 0 ? "" : ", " + unpublished + " not"));
        if (spoolFault != null) print("--spool: can not write: " + spoolFault.getMessage());
    }

    @Override
    public synchronized void close() throws IOException {
        if (spool != null) spool.close();
    }

    private void keep(byte[] entry) {
        if (spool == null) return;
        try {
            spool.write(entry);
            spool.write('\n');
        } catch (IOException full) {
            spoolFault = full;
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
