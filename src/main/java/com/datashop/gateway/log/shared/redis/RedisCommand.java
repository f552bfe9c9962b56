package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Writes commands for the wire: each is an array of bulk strings (RESP2).
final class RedisCommand {
    private byte[] bytes = new byte[256];
    private int length;

    /// A single command.
    static byte[] of(String... words) {
        return new RedisCommand().command(words).bytes();
    }

    /// Adds a command.
    RedisCommand command(String... words) {
        begin(words.length);
        for (var word : words) word(word);
        return this;
    }

    /// Begins a command of this many words. They follow.
    RedisCommand begin(int words) {
        return header('*', words);
    }

    RedisCommand word(String text) {
        return word(text.getBytes(UTF_8));
    }

    RedisCommand word(byte[] word) {
        header('$', word.length);
        reserve(word.length + 2);
        System.arraycopy(word, 0, bytes, length, word.length);
        length += word.length;
        return end();
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    private RedisCommand header(char type, int number) {
        reserve(14);
        bytes[length++] = (byte) type;
        int digits = 1;
        for (int rest = number / 10; rest > 0; rest /= 10) digits++;
        for (int i = length + digits - 1, rest = number; i >= length; i--, rest /= 10)
            bytes[i] = (byte) ('0' + rest % 10);
        length += digits;
        return end();
    }

    private RedisCommand end() {
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        return this;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
}
