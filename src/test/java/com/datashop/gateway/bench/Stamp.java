package com.datashop.gateway.bench;

/// The mark of an event for the checker: `#`, its lane, its number there, and when it was due, in hexadecimal.
///
/// A lane is what one publisher sends to one channel, which is what has an order. Nothing else that any of the measured
/// servers sends has a `#`.
final class Stamp {
    static final byte MARK = '#';
    static final int LANE_DIGITS = 6;
    static final int NUMBER_DIGITS = 8;
    static final int TIME_DIGITS = 16;
    static final int DIGITS = LANE_DIGITS + NUMBER_DIGITS + TIME_DIGITS;
    static final String BLANK = (char) MARK + "0".repeat(DIGITS);

    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private Stamp() { }

    /// Writes the digits after the mark that stands at this place.
    static void write(byte[] into, int mark, int lane, long number, long due) {
        digits(into, mark + 1, LANE_DIGITS, lane);
        digits(into, mark + 1 + LANE_DIGITS, NUMBER_DIGITS, number);
        digits(into, mark + 1 + LANE_DIGITS + NUMBER_DIGITS, TIME_DIGITS, due);
    }

    /// The value of a digit, as [#write] writes them.
    static int digit(byte b) {
        return b <= '9' ? b - '0' : b - 'a' + 10;
    }

    private static void digits(byte[] into, int at, int count, long value) {
        for (int i = count - 1; i >= 0; i--) {
            into[at + i] = HEX[(int) value & 15];
            value >>>= 4;
        }
    }
}
