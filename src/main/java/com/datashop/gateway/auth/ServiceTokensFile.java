package com.datashop.gateway.auth;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/// The service tokens of a file, which is read again when it changes: tokens are rolled without a restart.
///
/// It is looked at when a publisher comes, at most once a second; a change that can not be read, or is no list of tokens, leaves the old ones.
/// The whole text is compared, for a mounted secret may be replaced within the second that a file's time tells; and a new text counts when two
/// looks in a row have found it, for half a list can grant more than the whole one.
public final class ServiceTokensFile implements Supplier<ServiceTokens> {
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final System.Logger LOG = System.getLogger(ServiceTokensFile.class.getName());

    private final Path file;
    private String text;
    private String seen;
    private ServiceTokens tokens;
    private long lookedAt = System.nanoTime();

    /// @throws IllegalArgumentException when the file can not be read, or is no list of tokens
    public ServiceTokensFile(Path file) {
        this.file = file;
        try {
            text = TextFile.read(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("is not read: its file " + unreadable.getMessage());
        }
        tokens = ServiceTokens.parse(text);
    }

    @Override
    public synchronized ServiceTokens get() {
        if (System.nanoTime() - lookedAt < PAUSE_NANOS) return tokens;
        lookedAt = System.nanoTime();
        try {
            String now = TextFile.read(file);
            boolean steady = now.equals(seen);
            seen = now;
            if (!steady || now.equals(text)) return tokens;
            text = now;
            tokens = ServiceTokens.parse(now);
            LOG.log(INFO, "event=service-tokens-read");
        } catch (IOException | IllegalArgumentException unusable) {
            String subject = unusable instanceof IOException ? "the file " : "the list ";
            LOG.log(WARNING, "event=service-tokens-kept cause=\"" + subject + unusable.getMessage() + '"');
        }
        return tokens;
    }
}
