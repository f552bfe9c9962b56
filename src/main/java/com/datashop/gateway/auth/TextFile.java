package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/// The text of a secret or of keys as its author meant it, without what editors and shells put around it.
///
/// Editors on Windows begin a file with a byte order mark, or write UTF-16. `echo` ends it with a line end. A shell
/// carries both over into a variable.
public final class TextFile {
    /// The most that is read of a file, in bytes: a list of tokens has some hundred KB at most.
    static final int MAX_BYTES = 1 << 20;

    private static final char MARK = '\uFEFF';
    /// What a decoder puts in the place of bytes that it can not read.
    private static final char UNDECODED = '\uFFFD';

    private TextFile() { }

    /// The text of a file of UTF-8, [#stripped].
    ///
    /// @throws IOException when there is none; its message is a phrase that goes on from the file's name
    public static String read(Path file) throws IOException {
        byte[] bytes = bytes(file);
        if (bytes.length > MAX_BYTES) throw new IOException("is larger than " + MAX_BYTES + " bytes");
        String text = decoded(withoutMark(bytes));
        if (!isDecoded(text)) throw new IOException("has a U+FFFD: some program has lost characters of it");
        if (text.indexOf('\0') >= 0) throw new IOException("is no text, or not in UTF-8: it has a byte 0");
        return stripped(text);
    }

    /// The text without byte order marks, line ends and blanks around it.
    public static String stripped(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isAround(text.charAt(from))) from++;
        while (from < to && isAround(text.charAt(to - 1))) to--;
        return text.substring(from, to);
    }

    /// Whether a decoder could read all of the text. In a POSIX locale it makes a U+FFFD of each byte that is not ASCII:
    /// then all secrets with as many of these bytes are the same secret.
    public static boolean isDecoded(String text) {
        return text.indexOf(UNDECODED) < 0;
    }

    /// The bytes of a text in UTF-8 without the byte order mark before it.
    ///
    /// @throws IOException when they begin as UTF-16 or UTF-32 does
    static byte[] withoutMark(byte[] bytes) throws IOException {
        if (begins(bytes, 0xFF, 0xFE) || begins(bytes, 0xFE, 0xFF) || begins(bytes, 0, 0, 0xFE, 0xFF))
            throw new IOException("is in UTF-16 or UTF-32: save it as UTF-8");
        return begins(bytes, 0xEF, 0xBB, 0xBF) ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1); // one more, for the limit to be seen
        } catch (NoSuchFileException missing) {
            throw new IOException("does not exist", missing);
        } catch (IOException unreadable) {
            throw new IOException("can not be read", unreadable);
        }
    }

    private static String decoded(byte[] bytes) throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new IOException("is not text in UTF-8", malformed);
        }
    }

    private static boolean isAround(char c) {
        return c == MARK || Character.isWhitespace(c);
    }

    private static boolean begins(byte[] bytes, int... first) {
        if (bytes.length < first.length) return false;
        for (int i = 0; i < first.length; i++) if ((bytes[i] & 0xFF) != first[i]) return false;
        return true;
    }
}
